package figure

import (
	"bytes"
	"fmt"
	"image/png"
	"math"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"gonum.org/v1/plot/vg"
)

// pdf writes the marks as PDF, with the letters that are used embedded and their
// meaning in Unicode: text can be searched and copied. (gonum's own PDF canvas
// writes one byte a letter, and so β as Î².)
func (r *recording) pdf(title string) ([]byte, error) {
	doc := fpdf.NewCustom(&fpdf.InitType{UnitStr: "pt", Size: fpdf.SizeType{Wd: float64(r.width), Ht: float64(r.height)}})
	doc.SetCatalogSort(true) // the same figure is the same file
	doc.SetCreationDate(time.Unix(0, 0).UTC())
	doc.SetModificationDate(time.Unix(0, 0).UTC())
	doc.SetTitle(title, true)
	doc.SetMargins(0, 0, 0)
	doc.SetAutoPageBreak(false, 0)
	doc.AddPage()
	fonts, opacity := map[string]bool{}, 1.0
	at := func(p vg.Point) (x, y float64) { return float64(p.X), float64(r.height - p.Y) }
	for i, m := range r.marks {
		if m.fill != nil {
			red, green, blue := bytes3(m.fill)
			doc.SetFillColor(red, green, blue)
			doc.SetTextColor(red, green, blue)
		}
		solid := 1.0
		if m.fill != nil {
			_, _, _, alpha := m.fill.RGBA()
			solid = float64(alpha) / 0xffff
		}
		if solid != opacity {
			doc.SetAlpha(solid, "Normal")
			opacity = solid
		}
		if m.stroke != nil {
			doc.SetDrawColor(bytes3(m.stroke))
			doc.SetLineWidth(float64(m.width))
			dashes := make([]float64, len(m.dashes))
			for k, d := range m.dashes {
				dashes[k] = float64(d)
			}
			doc.SetDashPattern(dashes, 0)
		}
		switch {
		case m.image != nil:
			var b bytes.Buffer
			if err := png.Encode(&b, m.image); err != nil {
				return nil, fmt.Errorf("figure: pdf: %w", err)
			}
			name, opts := fmt.Sprint("picture", i), fpdf.ImageOptions{ImageType: "png"}
			doc.RegisterImageOptionsReader(name, opts, &b)
			x, y := at(vg.Point{X: m.box.Min.X, Y: m.box.Max.Y})
			doc.ImageOptions(name, x, y, float64(m.box.Size().X), float64(m.box.Size().Y), false, opts, 0, "")
		case m.text != "":
			name := m.face.Name()
			if !fonts[name] {
				var b bytes.Buffer
				if _, err := m.face.Face.WriteSourceTo(nil, &b); err != nil {
					return nil, fmt.Errorf("figure: pdf: %w", err)
				}
				doc.AddUTF8FontFromBytes(name, "", b.Bytes())
				fonts[name] = true
			}
			doc.SetFont(name, "", float64(m.face.Font.Size))
			x, y := at(m.at)
			if m.angle != 0 {
				doc.TransformBegin()
				doc.TransformRotate(m.angle*180/math.Pi, x, y)
			}
			doc.Text(x, y, m.text)
			if m.angle != 0 {
				doc.TransformEnd()
			}
		default:
			for _, c := range m.path {
				x, y := at(c.Pos)
				switch c.Type {
				case vg.MoveComp:
					doc.MoveTo(x, y)
				case vg.LineComp:
					doc.LineTo(x, y)
				case vg.ArcComp:
					pdfArc(doc, c, at)
				case vg.CurveComp:
					q := append([]vg.Point{}, c.Control...)
					x1, y1 := at(q[0])
					if len(q) == 1 {
						doc.CurveTo(x1, y1, x, y)
						break
					}
					x2, y2 := at(q[1])
					doc.CurveBezierCubicTo(x1, y1, x2, y2, x, y)
				case vg.CloseComp:
					doc.ClosePath()
				}
			}
			how := "F"
			if m.stroke != nil {
				how = map[bool]string{true: "FD", false: "D"}[m.fill != nil]
			}
			doc.DrawPath(how)
		}
	}
	var b bytes.Buffer
	if err := doc.Output(&b); err != nil {
		return nil, fmt.Errorf("figure: pdf: %w", err)
	}
	return b.Bytes(), nil
}

// pdfArc draws an arc as Bézier curves of an eighth of a turn or less, whose
// handles are 4/3 tan(angle/4) radii long.
func pdfArc(doc *fpdf.Fpdf, c vg.PathComp, at func(vg.Point) (x, y float64)) {
	n := math.Ceil(math.Abs(c.Angle) / (math.Pi / 4))
	step := c.Angle / n
	handle := 4. / 3 * math.Tan(step/4)
	on := func(angle, along float64) vg.Point {
		sin, cos := math.Sincos(angle)
		return vg.Point{X: c.Pos.X + c.Radius*vg.Length(cos-along*sin), Y: c.Pos.Y + c.Radius*vg.Length(sin+along*cos)}
	}
	for i := range int(n) {
		a := c.Start + float64(i)*step
		x1, y1 := at(on(a, handle))
		x2, y2 := at(on(a+step, -handle))
		x, y := at(on(a+step, 0))
		doc.CurveBezierCubicTo(x1, y1, x2, y2, x, y)
	}
}
