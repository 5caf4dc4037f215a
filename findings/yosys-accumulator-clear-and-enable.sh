#!/usr/bin/env bash
# Yosys 0.55 puts an accumulator of 16 x 16 products into one DSP block or not by the order
# of clear and enable, and the families want opposite orders: DSP48E1 takes the sum where
# clear comes first, and leaves 32 flip-flops and as many LUTs outside where it stands under
# the enable; SB_MAC16 takes it under the enable, and leaves 32 flip-flops outside where clear
# comes first.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @yowasp/yosys@0.55.944
cat >run.mjs <<'JS'
// node run.mjs FILE.v COMMANDS...: runs Yosys with each, and prints the cells that it ends with.
import fs from 'node:fs'
import { runYosys } from '@yowasp/yosys'
const [file, ...commands] = process.argv.slice(2)
for (const command of commands) {
  let said = ''
  const hear = bytes => { if (bytes) said += Buffer.from(bytes).toString() }
  await runYosys(['-Q', '-p', `read_verilog ${file}; ${command}; stat`], { [file]: fs.readFileSync(file, 'utf8') }, { stdout: hear, stderr: hear })
  const cells = said.slice(said.lastIndexOf('=== ')).split('\n').map(l => l.trim().split(/\s+/)).filter(f => f.length == 2 && /^[A-Z][A-Z0-9_]+$/.test(f[0]) && /^\d+$/.test(f[1]))
  console.log(cells.map(([kind, n]) => `${kind} ${n}`).sort().join(', '))
}
JS
cat >accumulator.v <<'V'
module clear_first(input clk, clear, enable, input signed [15:0] a, b, output reg signed [31:0] sum);
  always @(posedge clk) if (clear) sum <= 0; else if (enable) sum <= sum + a * b;
endmodule
module enable_first(input clk, clear, enable, input signed [15:0] a, b, output reg signed [31:0] sum);
  always @(posedge clk) if (enable) begin if (clear) sum <= 0; else sum <= sum + a * b; end
endmodule
V
xilinx='synth_xilinx -family xc7 -noiopad -noclkbuf -top'
got=$(node run.mjs accumulator.v "$xilinx clear_first" "$xilinx enable_first" "synth_ice40 -dsp -top clear_first" "synth_ice40 -dsp -top enable_first")
echo "$got"
[ "$got" = "DSP48E1 1
DSP48E1 1, FDRE 32, LUT2 32
SB_DFFESR 32, SB_LUT4 1, SB_MAC16 1
SB_LUT4 1, SB_MAC16 1" ] || { echo "no longer so"; exit 1; }
