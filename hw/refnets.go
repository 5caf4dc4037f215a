package hw

// ParseNetwork reads a chain and gives it shapes, with a flattened head.
func ParseNetwork(s string, in Shape, classes int) (*Network, error) {
	c, err := ParseChain(s)
	if err != nil {
		return nil, err
	}
	return c.Network(in, classes, FlattenHead)
}
