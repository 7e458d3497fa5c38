"""What runs models over many crystals and judges what comes out."""
