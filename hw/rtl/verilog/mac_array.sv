// Tm x Tn multipliers, an adder tree for each of the Tm outputs, and the sum over a
// kernel's positions. A cycle each: operands come in, products, sums over the
// channels, sums over the kernel; then a pass's sum is rounded half up, added to
// the passes' before, and saturated. The sum over passes has the word's own width,
// as the model's output buffers have.
module mac_array #(
    parameter TM = 1, TN = 1, BITS = 16, ACC = 48
) (
    input  logic                  clk,
    input  accel_pkg::layer_t     layer,
    input  logic                  valid,           // operands are there
    input  logic                  first_k, last_k,
    input  logic                  first_pass,
    input  logic [TN*BITS-1:0]    pixels,
    input  logic [TM*TN*BITS-1:0] weights,
    output logic                  read,            // a cycle before old and bias are used
    output logic                  write,           // result is there
    input  logic [TM*BITS-1:0]    old,             // sums of the passes before
    input  logic [TM*ACC-1:0]     bias,            // of the first pass
    output logic [TM*BITS-1:0]    result
);
  // Products. Of 8 bits, two that share a pixel lie in one multiplier.
  logic [TM*TN*2*BITS-1:0] products;
  genvar gm, gn;
  generate
    for (gn = 0; gn < TN; gn = gn + 1) begin : column
      if (BITS <= 8) begin : pairs
        for (gm = 0; gm < TM; gm = gm + 2) begin : row
          logic [2*BITS-1:0] second;
          multiply_pair #(.BITS(BITS)) unit (
              .clk, .pixel(pixels[gn*BITS +: BITS]), .low(weights[(gm*TN+gn)*BITS +: BITS]),
              .high(weights[((gm+1 < TM ? gm+1 : gm)*TN+gn)*BITS +: BITS]),
              .low_product(products[(gm*TN+gn)*2*BITS +: 2*BITS]), .high_product(second)
          );
          if (gm + 1 < TM) assign products[((gm+1)*TN+gn)*2*BITS +: 2*BITS] = second;
        end
      end else begin : singles
        for (gm = 0; gm < TM; gm = gm + 1) begin : row
          multiply #(.BITS(BITS)) unit (
              .clk, .pixel(pixels[gn*BITS +: BITS]), .weight(weights[(gm*TN+gn)*BITS +: BITS]),
              .product(products[(gm*TN+gn)*2*BITS +: 2*BITS])
          );
        end
      end
    end
  endgenerate

  logic [3:1] valids, lasts, starts;   // a bit for each stage
  logic [2:1] firsts;
  always_ff @(posedge clk) begin
    valids <= {valids[2:1], valid};
    firsts <= {firsts[1], first_k};
    lasts  <= {lasts[2:1], last_k};
    starts <= {starts[2:1], first_pass};
  end
  initial valids = '0;
  assign read = valids[2] && lasts[2];
  assign write = valids[3] && lasts[3];

  localparam signed [ACC-1:0] MOST = (1 << (BITS - 1)) - 1, LEAST = -(1 << (BITS - 1));
  genvar g;
  generate
    for (g = 0; g < TM; g = g + 1) begin : output_channel
      logic signed [ACC-1:0] sum, tree, kernel_sum, half, rounded, added;
      logic signed [BITS-1:0] partial;
      integer n;
      always_comb begin
        sum = '0;
        for (n = 0; n < TN; n = n + 1)
          sum = sum + ACC'($signed(products[(g*TN+n)*2*BITS +: 2*BITS]));
      end
      always_ff @(posedge clk) begin
        tree <= sum;
        if (valids[2]) begin
          if (firsts[2]) kernel_sum <= tree;
          else if (layer.largest) kernel_sum <= tree > kernel_sum ? tree : kernel_sum;
          else kernel_sum <= kernel_sum + tree;
        end
      end
      assign partial = starts[3] ? '0 : old[g*BITS +: BITS];
      always_comb begin
        rounded = kernel_sum;
        if (starts[3]) rounded = rounded + $signed(bias[g*ACC +: ACC]);
        half = '0;
        if (layer.shift != 6'd0) half = ACC'(1) <<< (layer.shift - 6'd1);
        rounded = rounded + half;
        rounded = rounded >>> layer.shift;
        added = ACC'(partial) + rounded;
        result[g*BITS +: BITS] = added > MOST ? MOST[BITS-1:0] : added < LEAST ? LEAST[BITS-1:0] : added[BITS-1:0];
      end
    end
  endgenerate
endmodule
