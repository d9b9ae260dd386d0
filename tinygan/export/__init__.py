"""Networks in the files of other programs: safetensors with PyTorch's names and layouts, and ONNX."""
