package grade

import (
	"maps"

	"coexplore/kernelext/nbclient"
)

// Student is the copy of the lesson that students get: without solutions, wrong
// answers, graders and outputs. The checks stay. Equal lessons give equal copies.
func (l *Lesson) Student() *nbclient.Notebook {
	out := &nbclient.Notebook{Name: l.Name, Metadata: l.nb.Metadata}
	for _, c := range l.nb.Cells {
		p := part(c)
		if p["role"] == "solution" {
			continue
		}
		copied := *c
		copied.Outputs, copied.Count = nil, 0
		if p != nil {
			p = maps.Clone(p)
			delete(p, "wrong")
			delete(p, "grader")
			copied.Metadata = maps.Clone(c.Metadata)
			copied.Metadata["coexplore"] = p
		}
		out.Cells = append(out.Cells, &copied)
	}
	return out
}
