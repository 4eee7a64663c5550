"""Documents drawn by us, so that every character, its place and every field are known exactly."""
