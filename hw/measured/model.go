package measured

import (
	"fmt"

	"coexplore/hw"
	"coexplore/hw/accel"
)

// Fill adds what the table lacks for the layers to run on the devices of a pool: from
// the model, with the design that is best for the layer alone.
func (t *Table) Fill(pool hw.Pool, layers []hw.Loops, target hw.Target) error {
	for i := range pool {
		var missing []hw.Loops
		for _, l := range layers {
			if _, ok := t.Find(pool[i].Device.Part, l); !ok {
				missing = append(missing, l)
			}
		}
		model, err := Model(missing, pool[i:i+1], target, nil)
		if err != nil {
			return err
		}
		for _, r := range model.rows {
			if err := t.Add(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// Model is the table of the cost model: every layer on every device of a pool, with
// the design that is best for the layer alone, or with the given one. It is for single
// frames. A layer that does not fit is an error, a *accel.FitError.
func Model(layers []hw.Loops, pool hw.Pool, target hw.Target, design *hw.Design) (*Table, error) {
	if target.Batch != 1 {
		return nil, fmt.Errorf("measured: a table is of single frames, the target's batch is %d", target.Batch)
	}
	t := &Table{Name: "the model"}
	for i := range pool {
		dev, own := &pool[i].Device, pool.Target(i, target)
		for k, l := range layers {
			if _, twice := t.Find(dev.Part, l); twice {
				continue
			}
			one := layers[k : k+1]
			row := Row{Device: dev.Part, Layer: l, Bits: own.Bits, ClockMHz: own.ClockMHz, EnergyKnown: true}
			if design != nil {
				if err := accel.Fits(dev, one, *design, own); err != nil {
					return nil, err
				}
				row.Design = *design
			} else {
				best, err := accel.BestDesign(one, dev, own)
				if err != nil {
					return nil, err
				}
				row.Design = best.Design
			}
			if _, err := accel.LayerCost(l, row.Design, own); err != nil {
				return nil, err
			}
			var joules float64
			row.Cycles, _, joules = accel.GroupCost(one, row.Design, &own, &dev.Power)
			row.EnergyMJ = joules * 1e3
			if err := t.Add(row); err != nil {
				return nil, err
			}
		}
	}
	return t, nil
}
