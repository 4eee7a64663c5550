"""The same model in torch, compiled, in ONNX Runtime and in INT8: is it equal, is it faster, is it smaller?"""
