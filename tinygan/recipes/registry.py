"""Every recipe by name."""

from tinygan.errors import SettingError, did_you_mean
from tinygan.recipes.acgan import ACGAN
from tinygan.recipes.ada import ADAGAN
from tinygan.recipes.ae import AE
from tinygan.recipes.began import BEGAN
from tinygan.recipes.biggan_mini import BigGANMini
from tinygan.recipes.cgan import ConditionalGAN
from tinygan.recipes.cyclegan import CycleGAN
from tinygan.recipes.dcgan import DCGAN, QuickDCGAN
from tinygan.recipes.diffaugment import DiffAugmentGAN
from tinygan.recipes.discogan import DiscoGAN
from tinygan.recipes.dragan import DRAGAN
from tinygan.recipes.ebgan import EBGAN
from tinygan.recipes.ensemble import EnsembleGAN
from tinygan.recipes.feature_matching import FeatureMatchingGAN
from tinygan.recipes.fgan import FGANKL
from tinygan.recipes.gan import GAN
from tinygan.recipes.gan_1d import GAN1D
from tinygan.recipes.gan_ring import GANRing
from tinygan.recipes.hinge import HingeGAN
from tinygan.recipes.historical_averaging import HistoricalAveragingGAN
from tinygan.recipes.infogan import InfoGAN
from tinygan.recipes.instance_noise import InstanceNoiseGAN
from tinygan.recipes.iwae import IWAE
from tinygan.recipes.label_smoothing import LabelSmoothingGAN
from tinygan.recipes.lsgan import LSGAN
from tinygan.recipes.minibatch_discrimination import MinibatchDiscriminationGAN
from tinygan.recipes.minimax import MinimaxGAN
from tinygan.recipes.non_saturating import NonSaturatingGAN
from tinygan.recipes.pix2pix import Pix2Pix
from tinygan.recipes.projection import ProjectionGAN
from tinygan.recipes.r1 import R1GAN
from tinygan.recipes.r3gan import R3GAN
from tinygan.recipes.recipe import Recipe
from tinygan.recipes.sgan import ConvolutionalSGAN, SemiSupervisedGAN
from tinygan.recipes.sngan import SNGAN
from tinygan.recipes.stop_criteria import StopCriteriaGAN
from tinygan.recipes.unrolled import UnrolledGAN
from tinygan.recipes.vae import VAE
from tinygan.recipes.vae_gan import VAEGAN
from tinygan.recipes.virtual_batch_norm import VirtualBatchNormGAN
from tinygan.recipes.wgan import WGAN
from tinygan.recipes.wgan_gp import WGANGP

_ALL = (
    QuickDCGAN,
    DCGAN,
    GAN,
    GAN1D,
    ConditionalGAN,
    BigGANMini,
    ACGAN,
    ProjectionGAN,
    SemiSupervisedGAN,
    ConvolutionalSGAN,
    InfoGAN,
    GANRing,
    MinimaxGAN,
    NonSaturatingGAN,
    LabelSmoothingGAN,
    LSGAN,
    HingeGAN,
    WGAN,
    WGANGP,
    FGANKL,
    EBGAN,
    BEGAN,
    FeatureMatchingGAN,
    MinibatchDiscriminationGAN,
    UnrolledGAN,
    SNGAN,
    R1GAN,
    R3GAN,
    DRAGAN,
    InstanceNoiseGAN,
    HistoricalAveragingGAN,
    EnsembleGAN,
    StopCriteriaGAN,
    VirtualBatchNormGAN,
    DiffAugmentGAN,
    ADAGAN,
    AE,
    VAE,
    VAEGAN,
    IWAE,
    Pix2Pix,
    CycleGAN,
    DiscoGAN,
)
RECIPES: dict[str, type[Recipe]] = {recipe.name: recipe for recipe in _ALL}
DEFAULT = QuickDCGAN.name


def find(name: str) -> Recipe:
    """The recipe called `name` with its default settings. Raises SettingError, with a suggestion, if there is none.

    >>> find("dcgan").k
    1
    """
    if name not in RECIPES:
        raise SettingError(f"No such recipe {name!r}. {did_you_mean(name, RECIPES)}")
    return RECIPES[name]()
