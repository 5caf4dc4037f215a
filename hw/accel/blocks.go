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

// load works out the running sums of the rows' bounds, of every block, in the memory of
// sums.
func (b *costBlocks) load(sums []int64, rows []int32) []int64 {
	return runningSums(sums, rows, b.least, b.count)
}

// runningSums are those of n costs of each row, in the memory of sums: of the first i
// rows at sums[i*n:(i+1)*n].
func runningSums(sums []int64, rows []int32, costs [][]int64, n int) []int64 {
	if need := (len(rows) + 1) * n; cap(sums) < need {
		sums = make([]int64, need)
	}
	sums = sums[:(len(rows)+1)*n]
	clear(sums[:n])
	for i, row := range rows {
		before, after, cost := sums[i*n:(i+1)*n], sums[(i+1)*n:(i+2)*n], costs[row]
		after, cost = after[:len(before)], cost[:len(before)]
		for k, v := range before {
			after[k] = v + cost[k]
		}
	}
	return sums
}

// bound is, by the running sums, no more than the sum of layers [i, j) on any member of
// block k.
func (b *costBlocks) bound(sums []int64, k, i, j int) int64 {
	return sums[j*b.count+k] - sums[i*b.count+k]
}

// lowest is the block with the lowest bound.
func (b *costBlocks) lowest(sums []int64, i, j int) int {
	x, y := sums[i*b.count:(i+1)*b.count], sums[j*b.count:(j+1)*b.count]
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
