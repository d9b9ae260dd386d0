"""The networks that recipes are built from: perceptrons, the small DCGAN, and autoencoders of both kinds."""
