"""The sections of the page "IoU and Dice", one file each."""
