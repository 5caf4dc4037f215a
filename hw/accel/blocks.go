package accel

import "coexplore/hw"

// blockSize is the members of a block.
const blockSize = 16

// costBlocks bound sums over layers from below, for many members at once: members that
// are alike lie in one block, whose bound for a layer is the least of its members'.
// Those whose block's sum is no better than what is known are not looked at.
type costBlocks struct {
	members int
	count   int       // of blocks
	cost    [][]int64 // layer -> of every member; hw.NeverCycles to the end of the last block
	least   [][]int64 // layer -> of every block
	sums    []int64   // running sums of the loaded layers' bounds, of every block
}

// newBlocks has room for the costs of so many members, which are hw.NeverCycles as
// yet.
func newBlocks(layers, members int) costBlocks {
	b := costBlocks{members: members, count: (members + blockSize - 1) / blockSize}
	wide := b.count * blockSize
	flat, bounds := make([]int64, layers*wide), make([]int64, layers*b.count)
	for i := range flat {
		flat[i] = hw.NeverCycles
	}
	for range layers {
		b.cost, flat = append(b.cost, flat[:wide:wide]), flat[wide:]
		b.least, bounds = append(b.least, bounds[:b.count:b.count]), bounds[b.count:]
	}
	return b
}

// bind works the bounds out, and the least of each layer on any member.
func (b *costBlocks) bind() (least []int64) {
	least = make([]int64, len(b.cost))
	for row, cost := range b.cost {
		least[row] = hw.NeverCycles
		for k := range b.least[row] {
			b.least[row][k] = hw.NeverCycles
		}
		for m, v := range cost {
			k := m / blockSize
			b.least[row][k] = min(b.least[row][k], v)
			least[row] = min(least[row], v)
		}
	}
	return least
}

// load makes the layers of the rows those that bounds are about.
func (b *costBlocks) load(rows []int32) {
	n := b.count
	if need := (len(rows) + 1) * n; cap(b.sums) < need {
		b.sums = make([]int64, need)
	}
	b.sums = b.sums[:(len(rows)+1)*n]
	clear(b.sums[:n])
	for i, row := range rows {
		before, after, least := b.sums[i*n:(i+1)*n], b.sums[(i+1)*n:(i+2)*n], b.least[row]
		after, least = after[:len(before)], least[:len(before)]
		for k, v := range before {
			after[k] = v + least[k]
		}
	}
}

// bound is no more than the sum of layers [i, j) on any member of block k.
func (b *costBlocks) bound(k, i, j int) int64 { return b.sums[j*b.count+k] - b.sums[i*b.count+k] }

// lowest is the block with the lowest bound.
func (b *costBlocks) lowest(i, j int) int {
	x, y := b.sums[i*b.count:(i+1)*b.count], b.sums[j*b.count:(j+1)*b.count]
	y = y[:len(x)]
	best, at := int64(hw.NeverCycles)<<10, 0
	for k, v := range x {
		if v := y[k] - v; v < best {
			best, at = v, k
		}
	}
	return at
}

// block is the sums of the rows on the members of block k; those of members that
// there are not are above every sum.
func (b *costBlocks) block(k int, rows []int32) (sums [blockSize]int64) {
	from := k * blockSize
	for _, row := range rows {
		cost := b.cost[row][from : from+blockSize]
		for m := range sums {
			sums[m] += cost[m]
		}
	}
	return sums
}
