"""Stores of tiles in memory, which count what they are asked for."""


class StoredTiles:
    """Tiles as a log wrote them."""

    def __init__(self, tiles=()):
        self.tiles = dict(tiles)
        self.calls = []

    def __call__(self, wanted):
        self.calls.append(list(wanted))
        return {tile: self.tiles[tile] for tile in wanted if tile in self.tiles}


class DefinedTiles:
    """Tiles as the specification defines them, of a naive tree of `size` leaves."""

    def __init__(self, tree, size):
        self.tree, self.size = tree, size
        self.tiles = {}
        self.calls = []

    def __call__(self, wanted):
        self.calls.append(list(wanted))
        for tile in wanted:
            if tile not in self.tiles:
                self.tiles[tile] = self.tree.tile(tile.level, tile.index, self.size)
        return {tile: self.tiles[tile] for tile in wanted if self.tiles[tile]}
