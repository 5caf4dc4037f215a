package data

import (
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
)

// Shapes generates the data set "shapes": train training images and test test
// images of ten classes, 32x32 RGB, from seed.
//
// Each image is strewn with copies of one small mark (a disc, a square, a
// triangle, a ring, ...), six to nine pixels wide, in a loose lattice: shifted,
// tilted and resized at random, some left out. The marks are lighter than the
// ground; but for that the colours of both are random, the ground is shaded, and
// noise, specks and a hairline mean nothing. Neither colour nor any single pixel
// tells the class, therefore: a network has to see corners, curvature and how
// strokes meet.
//
// Of every ten consecutive images each class has one. Image n of either part is
// determined by seed and n alone, not by how many are generated, and training
// and test images come from different random streams. All arithmetic is on
// integers, so that every machine draws the same pictures.
//
// The set tells networks apart. Test accuracy that package nas/train measured
// with seed 1 (TestShapesTellsNetworksApart there repeats it; AVX-512 kernels):
//
//	5000 training images, 2000 test images, 5 epochs
//	linear classifier (the best of three learning rates)        15.4%
//	1x24,1x24                           flatten / gap head      21.3% / 25.2%
//	3x36,5x36,1x64,3x48s2,7x24,1x64     flatten head            99.6%
//
//	2000 training images, 1000 test images, 3 epochs, gap head
//	1x8,1x8,1x8    15.1%     1x36,1x36,1x36   21.7%     1x24,3x16,1x8    30.3%
//	3x8,3x8,3x8    53.1%     3x16,3x16,3x16   73.0%     3x36,3x36,3x36   78.2%
//	5x8,5x8,5x8    74.7%     3x8,5x16,3x24    76.9%     5x24,5x24,5x24   89.0%
//
// The flatten head was trained with a highest learning rate of 0.01, the other
// with 0.1; all else is the default of nas/train.
func Shapes(seed uint64, train, test int) *Set {
	return plainLook.set("shapes", seed, train, test)
}

// HardShapes generates the data set "shapes-hard": the classes of [Shapes], but
// the marks are tilted by up to 56 degrees either way and not 20, stand out less
// from the ground and lie under more noise. Accuracies spread further, and small
// networks do not reach those of large ones, however long they are trained: the
// set to choose networks by.
func HardShapes(seed uint64, train, test int) *Set {
	return hardLook.set("shapes-hard", seed, train, test)
}

// Generated returns the generated set of that name, "shapes" or "shapes-hard", with
// train training images and test test images; ok says whether there is one.
func Generated(name string, seed uint64, train, test int) (s *Set, ok bool) {
	switch name {
	case "shapes":
		return Shapes(seed, train, test), true
	case "shapes-hard":
		return HardShapes(seed, train, test), true
	}
	return nil, false
}

// set draws a set with this look.
func (l *look) set(name string, seed uint64, train, test int) *Set {
	return &Set{
		Name:    name,
		Classes: shapeNames(),
		Train:   l.images(seed, 1, train),
		Test:    l.images(seed, 2, test),
		Note:    "generated",
	}
}

const (
	shapeSide    = 32 // pixels
	shapeClasses = 10
	subPixel     = 16   // length units in a pixel
	unit         = 1024 // a mark's radius in its own coordinates
)

// marks are the ten classes. inside tells whether the point (u, v), in the
// mark's own coordinates (radius 1024), is part of it.
var marks = [shapeClasses]struct {
	name   string
	inside func(u, v int) bool
}{
	{"disc", func(u, v int) bool { return u*u+v*v <= 800*800 }},
	{"square", func(u, v int) bool { return abs(u) <= 720 && abs(v) <= 720 }},
	// Equilateral: the edges' normals are at 90, 210 and 330 degrees.
	{"triangle", func(u, v int) bool { return v >= -540 && 887*u+512*v <= 540*1024 && -887*u+512*v <= 540*1024 }},
	{"ring", func(u, v int) bool { r := u*u + v*v; return r <= 1000*1000 && r >= 560*560 }},
	{"frame", func(u, v int) bool { m := max(abs(u), abs(v)); return m <= 880 && m >= 500 }},
	{"bar", func(u, v int) bool { return abs(u) <= 1000 && abs(v) <= 260 }},
	{"angle", func(u, v int) bool {
		return (abs(u) <= 800 && v >= 300 && v <= 800) || (abs(v) <= 800 && u >= 300 && u <= 800)
	}},
	{"tee", func(u, v int) bool {
		return (abs(u) <= 900 && v >= 300 && v <= 800) || (abs(u) <= 250 && v <= 800 && v >= -900)
	}},
	{"plus", func(u, v int) bool {
		return (abs(u) <= 1000 && abs(v) <= 250) || (abs(v) <= 1000 && abs(u) <= 250)
	}},
	{"arc", func(u, v int) bool { r := u*u + v*v; return r <= 1000*1000 && r >= 560*560 && v >= -150 }},
}

func shapeNames() []string {
	names := make([]string, shapeClasses)
	for i, m := range marks {
		names[i] = m.name
	}
	return names
}

// turn holds sine and cosine, times 4096, of 256 angles around the circle.
var turn = func() (t [256]struct{ sin, cos int }) {
	for i := range t {
		s, c := math.Sincos(float64(i) * (2 * math.Pi / 256))
		t[i].sin, t[i].cos = int(math.Round(s*4096)), int(math.Round(c*4096))
	}
	return t
}()

// images draws images 0 to n-1 of one stream.
func (l *look) images(seed, stream uint64, n int) *Images {
	n = max(n, 0)
	m := &Images{Width: shapeSide, Height: shapeSide, Channels: 3}
	m.Pixels = make([]uint8, n*m.ImageBytes())
	m.Labels = make([]uint8, n)
	var wg sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), max(n, 1))
	for w := range workers {
		wg.Go(func() {
			var c canvas
			for i := w; i < n; i += workers {
				m.Labels[i] = shapeLabel(seed, stream, i)
				rng := rand.New(rand.NewPCG(mix(seed^mix(stream)), mix(uint64(i))))
				c.draw(rng, l, marks[m.Labels[i]].inside)
				c.store(m.At(i))
			}
		})
	}
	wg.Wait()
	return m
}

// shapeLabel returns the class of image i: its place in a random order of the
// ten classes that is drawn for every ten images.
func shapeLabel(seed, stream uint64, i int) uint8 {
	rng := rand.New(rand.NewPCG(mix(seed^mix(stream+16)), mix(uint64(i/shapeClasses))))
	return uint8(rng.Perm(shapeClasses)[i%shapeClasses])
}

// mix is a bijection of 64-bit words that scatters neighbouring ones (the
// finaliser of Steele, Lea and Flood's SplitMix, OOPSLA 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// A look is how the pictures of a generated set are drawn. Lengths are in 1/16
// pixel, angles in 1/256 of a circle, colours from 0 to 255.
type look struct {
	pitch     int // distance of neighbouring marks
	jitter    int // displacement of a mark either way, at most
	keep      int // places of the lattice that have a mark, of 100
	tilt      int // angle of a mark either way, at most
	radius    int // a mark's least radius
	radiusMax int // and its greatest
	dark      int // the ground's greatest value in a channel
	contrast  int // how much lighter a mark is in each channel, at least
	shade     int // the ground's shading across the picture, at most
	noise     int // noise of a pixel either way, at most
	specks    int // single pixels of any colour
	lines     int // lines one pixel wide, of any colour
}

// The figures in the comments of Shapes and HardShapes were measured with these
// values.
var (
	plainLook = look{pitch: 144, jitter: 16, keep: 90, tilt: 14, radius: 52, radiusMax: 68,
		dark: 140, contrast: 90, shade: 40, noise: 12, specks: 6, lines: 1}
	hardLook = look{pitch: 144, jitter: 16, keep: 90, tilt: 40, radius: 52, radiusMax: 68,
		dark: 140, contrast: 40, shade: 40, noise: 30, specks: 6, lines: 1}
)
