"""What was planted in the demo company, and what the product finds of it, over several companies."""
