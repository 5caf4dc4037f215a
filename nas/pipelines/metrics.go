package pipelines

import (
	"coexplore/hw"
	"coexplore/hw/accel"
	"coexplore/hw/blast"
	"coexplore/nas"
)

// metrics are what is known of a plan beside what it says itself; see measure.
func (h *Hardware) metrics(plan *nas.Plan, actions []int) nas.Metrics {
	network, err := h.space.Decode(actions, nil).Network(h.space.Input, h.space.Classes, h.space.Head)
	if err != nil {
		return nil // a network that was planned is one
	}
	return measure(plan.Pipeline, network.Loops(), h.Pool(), h.options.Target)
}

// measure is the metrics of a pipeline of the layers: latency_ms, one frame from end
// to end; dsp, bram18 and price, of the FPGAs' accelerators and of the FPGAs in use;
// and, where the power of every FPGA is known, the estimates power_w and energy_mj,
// of a frame. Where a design is not known, there is no dsp and no bram18.
func measure(p *hw.Pipeline, layers []hw.Loops, pool hw.Pool, target hw.Target) nas.Metrics {
	m := nas.Metrics{"latency_ms": p.LatencyMS, "dsp": 0, "bram18": 0, "price": 0}
	known := true // every stage's design
	if p.PowerW > 0 {
		m["power_w"], m["energy_mj"] = p.PowerW, p.PowerW*p.IntervalMS
	}
	for i := range p.Stages {
		st := &p.Stages[i]
		t := target
		if st.Bits != 0 {
			t.Bits = st.Bits
		}
		if st.Design == (hw.Design{}) { // its latency was measured
			known = false
		} else {
			use := accel.Resources(layers[st.First:st.Last+1], st.Design, t)
			m["dsp"] += float64(use.DSP)
			m["bram18"] += float64(use.BRAM18)
		}
		for k := range pool {
			if d := &pool[k].Device; d.Part == st.Device {
				m["price"] += d.Price
			}
		}
	}
	if !known {
		delete(m, "dsp")
		delete(m, "bram18")
	}
	return m
}

// Objectives are objectives by name, for networks that run at fps frames/s or more:
// accuracy, efficiency, throughput (frames/s), params, macs, fpgas, latency (ms),
// energy (mJ a frame, an estimate), power (W, an estimate), dsp, bram18 and price;
// where latencies are measured, not energy, power, dsp and bram18. The
// worst values, references for hypervolumes, are 0 for accuracy and efficiency, fps
// for throughput, and for the others what no network of the space that meets fps
// exceeds on the pool, or one step more where many take all that there is: those of
// all FPGAs together, those of the space's largest network, and for latency fps times
// the stages and links of a pipeline of all FPGAs. For energy and power they are the
// largest network's on all FPGAs, which is no bound but a mark.
func (h *Hardware) Objectives(fps float64, names ...string) (nas.Objectives, error) {
	largest, err := h.space.Decode(h.space.Largest(), nil).Network(h.space.Input, h.space.Classes, h.space.Head)
	if err != nil {
		return nil, err
	}
	return worstOf(h.planner.With(h.options), largest, fps, names)
}

// worstOf is objectives by name, with the worst values for a planner's pool and a
// space by its largest network.
func worstOf(p *blast.Planner, largest *hw.Network, fps float64, names []string) (nas.Objectives, error) {
	worst := map[string]float64{"accuracy": 0, "efficiency": 0, "throughput": fps}
	n, static, known := 0.0, 0.0, true
	o := p.Options()
	for _, e := range o.Pool {
		count := float64(e.Count)
		n += count
		worst["dsp"] += count * float64(e.Device.DSP)
		worst["bram18"] += count * float64(e.Device.BRAM18)
		worst["price"] += count * e.Device.Price
		static += count * e.Device.Power.StaticW
		known = known && e.Device.Power.StaticW > 0
	}
	worst["dsp"]++
	worst["bram18"]++
	worst["price"] *= 1 + 1/n
	worst["fpgas"] = n + 1
	worst["params"], worst["macs"] = float64(largest.Params())+1, float64(largest.MACs())+1
	worst["latency"] = 1000 * (2*n - 1) * float64(o.Target.Batch) / fps
	if known && o.Latencies == nil {
		var err error
		if worst["power"], worst["energy"], err = worstPower(p, largest, static, fps); err != nil {
			return nil, err
		}
	}
	if o.Latencies != nil { // designs may be unknown for some networks
		delete(worst, "dsp")
		delete(worst, "bram18")
	}
	return nas.NamedObjectives(worst, names...)
}

// worstPower is an estimate of the highest power, in W, and energy of a frame, in mJ:
// the work of the largest network, as often as it can be done, beside the static
// power of all FPGAs.
func worstPower(p *blast.Planner, largest *hw.Network, static, fps float64) (watts, millijoules float64, err error) {
	o := p.Options()
	o.FPS, o.Objective = fps, hw.MaxThroughput
	a, err := p.With(o).Plan(largest)
	if err != nil {
		return 0, 0, err
	}
	watts = static + a.PowerW
	return watts, 1000*static/fps + a.PowerW*a.IntervalMS, nil
}
