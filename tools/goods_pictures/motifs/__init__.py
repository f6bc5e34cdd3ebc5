"""What can be drawn, trade by trade: each module offers MOTIFS, a table from motif to its drawing function."""
