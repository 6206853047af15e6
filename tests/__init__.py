"""What the people served can do, told as stories; and what must hold on every page, in every row, at every door."""
