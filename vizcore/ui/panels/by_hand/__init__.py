"""The sections of the page "CNN by hand": the walk both ways, the gradient check, the training, the costs."""
