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
// Each image shows several copies of one small mark (a disc, a square, a
// triangle, a ring, ...), at random places, sizes and angles, in random colours
// on a shaded, noisy ground of random colours, among specks and hairlines that
// mean nothing. Colour therefore tells nothing, nor does any single pixel: to
// name the mark a network has to see corners, curvature and how strokes meet.
//
// Of every ten consecutive images each class has one. Image n of either part is
// determined by seed and n alone, not by how many are generated, and training
// and test images come from different random streams. All arithmetic is on
// integers, so that every machine draws the same pictures.
func Shapes(seed uint64, train, test int) *Set {
	return &Set{
		Name:    "shapes",
		Classes: shapeNames(),
		Train:   drawShapes(seed, 1, train),
		Test:    drawShapes(seed, 2, test),
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

// drawShapes draws images 0 to n-1 of one stream.
func drawShapes(seed, stream uint64, n int) *Images {
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
				c.draw(rng, marks[m.Labels[i]].inside)
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

type colour [3]int

// canvas is a picture in the making: values of 0 to 255, times 16.
type canvas [shapeSide * shapeSide]colour

func randomColour(rng *rand.Rand) colour {
	return colour{rng.IntN(256), rng.IntN(256), rng.IntN(256)}
}

// contrast is how far apart two colours are: the sum over the channels.
func contrast(a, b colour) int {
	return abs(a[0]-b[0]) + abs(a[1]-b[1]) + abs(a[2]-b[2])
}

// The look of the pictures. The figures in the comment of Shapes were measured
// with these values.
var (
	shapeMarks    = [2]int{3, 5}   // copies of the mark, from and to
	shapeRadius   = [2]int{56, 88} // a mark's radius, in 1/16 pixel
	shapeContrast = 150            // least contrast of mark and ground, of 765
	shapeShade    = 40             // ground's shading, grey levels from end to end, at most
	shapeNoise    = 24             // noise of a pixel, grey levels up and down, at most
	shapeSpecks   = 6              // specks
	shapeLines    = 1              // hairlines
)

// draw paints one image with marks of one class.
func (c *canvas) draw(rng *rand.Rand, inside func(u, v int) bool) {
	ground := randomColour(rng)
	c.shade(rng, ground)
	figure := randomColour(rng)
	for contrast(figure, ground) < shapeContrast {
		figure = randomColour(rng)
	}
	for range shapeLines {
		c.hairline(rng)
	}
	for range shapeSpecks {
		x, y := rng.IntN(shapeSide), rng.IntN(shapeSide)
		c[y*shapeSide+x] = times16(randomColour(rng))
	}
	count := shapeMarks[0] + rng.IntN(shapeMarks[1]-shapeMarks[0]+1)
	var placed [16]struct{ x, y, r int }
	for k := range count {
		p := &placed[k]
		p.r = shapeRadius[0] + rng.IntN(shapeRadius[1]-shapeRadius[0]+1)
		// Try for a place away from the marks before; the last try stands.
		for range 20 {
			span := shapeSide*subPixel - 2*p.r
			p.x, p.y = p.r+rng.IntN(span), p.r+rng.IntN(span)
			free := true
			for _, q := range placed[:k] {
				if d := p.r + q.r; sq(p.x-q.x)+sq(p.y-q.y) < d*d {
					free = false
				}
			}
			if free {
				break
			}
		}
		c.stamp(p.x, p.y, p.r, rng.IntN(256), figure, inside)
	}
	if shapeNoise > 0 {
		for i := range c {
			for k := range 3 {
				c[i][k] += 16 * (rng.IntN(2*shapeNoise+1) - shapeNoise)
			}
		}
	}
}

// shade fills the canvas with the ground colour and a linear shading of it.
func (c *canvas) shade(rng *rand.Rand, ground colour) {
	t := turn[rng.IntN(256)]
	var slope colour
	for k := range slope {
		slope[k] = rng.IntN(2*shapeShade+1) - shapeShade
	}
	for y := range shapeSide {
		for x := range shapeSide {
			// From -23 to 23, times 4096, along the direction t.
			d := (x-shapeSide/2)*t.cos + (y-shapeSide/2)*t.sin
			for k := range 3 {
				c[y*shapeSide+x][k] = 16*ground[k] + slope[k]*d/(2*4096)
			}
		}
	}
}

// hairline draws a line one pixel wide, in a colour of its own, across the canvas.
func (c *canvas) hairline(rng *rand.Rand) {
	col := times16(randomColour(rng))
	t := turn[rng.IntN(256)]
	px, py := rng.IntN(shapeSide), rng.IntN(shapeSide)
	for y := range shapeSide {
		for x := range shapeSide {
			if abs((x-px)*t.cos+(y-py)*t.sin) < 4096/2 {
				c[y*shapeSide+x] = col
			}
		}
	}
}

// stamp paints a mark of radius r around (x, y), in 1/16 pixel, turned by angle/256
// of a circle. Every pixel takes the colour by the share of its 16 sample points
// that are inside.
func (c *canvas) stamp(x, y, r, angle int, col colour, inside func(u, v int) bool) {
	t := turn[angle]
	reach := r*3/2 + subPixel
	for py := max(0, (y-reach)/subPixel); py <= min(shapeSide-1, (y+reach)/subPixel); py++ {
		for px := max(0, (x-reach)/subPixel); px <= min(shapeSide-1, (x+reach)/subPixel); px++ {
			cover := 0
			for sy := 2; sy < subPixel; sy += 4 {
				for sx := 2; sx < subPixel; sx += 4 {
					dx, dy := px*subPixel+sx-x, py*subPixel+sy-y
					u := (dx*t.cos + dy*t.sin) * unit / (4096 * r)
					v := (dy*t.cos - dx*t.sin) * unit / (4096 * r)
					if inside(u, v) {
						cover++
					}
				}
			}
			p := &c[py*shapeSide+px]
			for k := range 3 {
				p[k] += (16*col[k] - p[k]) * cover / 16
			}
		}
	}
}

// store writes the canvas as bytes in CHW order.
func (c *canvas) store(dst []uint8) {
	for i, p := range c {
		for k := range 3 {
			dst[k*shapeSide*shapeSide+i] = uint8(min(max((p[k]+8)/16, 0), 255))
		}
	}
}

func times16(c colour) colour { return colour{16 * c[0], 16 * c[1], 16 * c[2]} }

func abs(x int) int { return max(x, -x) }

func sq(x int) int { return x * x }
