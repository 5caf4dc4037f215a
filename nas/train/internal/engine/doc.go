// Package engine computes forward and backward passes of chains of
// convolutions, fast, on the cores of one machine.
//
// Layout. Images are dealt into blocks of as many as two vectors hold (the
// kernel set's Lanes). A feature map is stored as
//
//	[block][row][column][channel][image of the block]
//
// so a vector holds one value of many images, every kernel works on whole
// vectors, whatever the picture's size, and a convolution of any window size and
// stride is a sum over runs of consecutive memory. A batch that does not fill
// its last block leaves lanes that hold zeros; they take part in no sum.
//
// Determinism. Work is cut into tasks that depend on shapes alone, every task
// is done by one goroutine, and partial sums are added in the order of tasks.
// So results do not depend on the number of threads.
package engine
