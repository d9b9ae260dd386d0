"""The networks of the recipes: perceptrons, a small DCGAN, and autoencoders."""
