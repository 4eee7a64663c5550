"""What the pages Input lint, Cost and In production share: one compact bar of inputs."""
