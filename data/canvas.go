package data

import (
	"math/rand/v2"
)

type colour [3]int

// canvas is a picture in the making: values of 0 to 255, times 16.
type canvas [shapeSide * shapeSide]colour

func randomColour(rng *rand.Rand) colour {
	return colour{rng.IntN(256), rng.IntN(256), rng.IntN(256)}
}

// draw paints one image with marks of one class.
func (c *canvas) draw(rng *rand.Rand, l *look, inside func(u, v int) bool) {
	var ground, figure colour
	for k := range ground {
		ground[k] = rng.IntN(l.dark + 1)
		least := ground[k] + l.contrast
		figure[k] = least + rng.IntN(256-least)
	}
	c.shade(rng, ground, l.shade)
	for range l.lines {
		c.hairline(rng)
	}
	for range l.specks {
		x, y := rng.IntN(shapeSide), rng.IntN(shapeSide)
		c[y*shapeSide+x] = times16(randomColour(rng))
	}
	ox, oy := rng.IntN(l.pitch), rng.IntN(l.pitch)
	for y := oy - l.pitch; y < shapeSide*subPixel+l.pitch; y += l.pitch {
		for x := ox - l.pitch; x < shapeSide*subPixel+l.pitch; x += l.pitch {
			if rng.IntN(100) >= l.keep {
				continue
			}
			c.stamp(x+either(rng, l.jitter), y+either(rng, l.jitter),
				l.radius+rng.IntN(l.radiusMax-l.radius+1),
				either(rng, l.tilt)&255, figure, inside)
		}
	}
	for i := range c {
		for k := range 3 {
			c[i][k] += 16 * either(rng, l.noise)
		}
	}
}

// shade fills the canvas with the ground colour and a linear shading of it, of most
// either way.
func (c *canvas) shade(rng *rand.Rand, ground colour, most int) {
	t := turn[rng.IntN(256)]
	var slope colour
	for k := range slope {
		slope[k] = either(rng, most)
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
	reach := r*5/4 + subPixel // no mark goes beyond 5/4 of its radius
	for py := max(0, (y-reach)/subPixel); py <= min(shapeSide-1, (y+reach)/subPixel); py++ {
		for px := max(0, (x-reach)/subPixel); px <= min(shapeSide-1, (x+reach)/subPixel); px++ {
			dx, dy := px*subPixel+subPixel/2-x, py*subPixel+subPixel/2-y
			if dx*dx+dy*dy > reach*reach {
				continue
			}
			cover := 0
			for sy := dy - 6; sy <= dy+6; sy += 4 {
				for sx := dx - 6; sx <= dx+6; sx += 4 {
					// 4096 and unit leave a quarter.
					u := int(int32(sx*t.cos+sy*t.sin) / int32(4*r))
					v := int(int32(sy*t.cos-sx*t.sin) / int32(4*r))
					if inside(u, v) {
						cover++
					}
				}
			}
			if cover == 0 {
				continue
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

// either returns a whole number from -most to most.
func either(rng *rand.Rand, most int) int { return rng.IntN(2*most+1) - most }

func times16(c colour) colour { return colour{16 * c[0], 16 * c[1], 16 * c[2]} }

func abs(x int) int { return max(x, -x) }
