// One multiplier, with a register behind it: one DSP slice.
module multiply #(
    parameter BITS = 16
) (
    input  logic                     clk,
    input  logic signed [BITS-1:0]   pixel, weight,
    output logic signed [2*BITS-1:0] product
);
  always_ff @(posedge clk) product <= (2*BITS)'(pixel) * (2*BITS)'(weight);
endmodule
