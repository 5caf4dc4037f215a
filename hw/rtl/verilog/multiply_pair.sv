// Two products with the same pixel from one multiplier, one DSP slice: the weights lie
// so far apart that the products do not meet, but for the borrow of a negative low
// product, which is given back to the high one. Of 8 bits the factors have 25 and 8
// bits: what a slice of the 7 series multiplies (25 x 18).
module multiply_pair #(
    parameter BITS = 8
) (
    input  logic                     clk,
    input  logic signed [BITS-1:0]   pixel, low, high,
    output logic signed [2*BITS-1:0] low_product, high_product
);
  localparam APART = 2 * BITS;
  logic signed [APART+BITS:0]     both;
  logic signed [APART+2*BITS-1:0] product;
  assign both = ((APART+BITS+1)'(high) <<< APART) + (APART+BITS+1)'(low);
  always_ff @(posedge clk) product <= (APART+2*BITS)'(both) * (APART+2*BITS)'(pixel);
  assign low_product = product[2*BITS-1:0];
  assign high_product = product[APART +: 2*BITS] + (2*BITS)'(product[2*BITS-1]);
endmodule
