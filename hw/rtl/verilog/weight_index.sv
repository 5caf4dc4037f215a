// Which weights of a pass the next words of the port are: kernel position outside,
// then output and input channel. A beat has at most PORT words, and one for a
// multiplier's buffer at most: each buffer takes one word a cycle.
module weight_index #(
    parameter TN = 1, PORT = 1
) (
    input  logic               clk,
    input  logic               start,
    input  logic               take,
    input  accel_pkg::layer_t  layer,
    input  logic [15:0]        ins, outs,
    output logic               first,           // beat of a pass
    output logic               last,
    output logic [PORT-1:0]    valid,
    output logic [15:0]        count,           // words of the beat
    output logic [PORT*16-1:0] unit,            // multiplier, m*TN + n
    output logic [15:0]        first_k,         // kernel position of the first word; it grows
    output logic [PORT-1:0]    next_k           // by one, once at most, from this word on
);
  logic [15:0] k0, m0, n0, from0, bound0;       // inputs from0.., outputs up to bound0 of the group
  logic [15:0] k, m, n, from, bound;
  logic [15:0] row0, row;                       // m*TN
  logic        stop;
  integer      j;

  wire [15:0] group_in  = layer.block_in == 16'd0 ? ins : layer.block_in;
  wire [15:0] group_out = layer.block_in == 16'd0 ? outs : layer.block_out;
  logic [15:0] kernels;                         // kernel positions
  logic [15:0] ky0, kx0, ky, kx;
  assign kernels = layer.kernel;

  assign first = k0 == 16'd0 && m0 == 16'd0 && n0 == 16'd0;
  assign first_k = k0;
  always_comb begin
    k = k0; m = m0; n = n0; row = row0; ky = ky0; kx = kx0;
    from = from0;
    bound = first ? group_out : bound0;
    stop = 1'b0;
    last = 1'b0;
    count = 16'd0;
    valid = '0;
    next_k = '0;
    unit = '0;
    for (j = 0; j < PORT; j = j + 1) begin
      if (!stop) begin
        valid[j] = 1'b1;
        count = count + 16'd1;
        unit[j*16 +: 16] = row + n;
        next_k[j] = k != k0;
        n = n + 16'd1;
        if (n == from + group_in) begin
          n = from;
          m = m + 16'd1;
          row = row + TN;
          if (m == bound && m != outs) begin     // the next group
            from = from + group_in;
            n = from;
            bound = bound + group_out;
          end
          if (m == outs) begin                   // the next kernel position
            m = 16'd0; n = 16'd0; row = 16'd0;
            from = 16'd0;
            bound = group_out;
            k = k + 16'd1;
            kx = kx + 16'd1;
            if (kx == kernels) begin
              kx = 16'd0;
              ky = ky + 16'd1;
            end
            if (ky == kernels) begin
              last = 1'b1;
              stop = 1'b1;
            end
          end
        end
        if (m == m0 && n == n0) stop = 1'b1;
      end
    end
  end

  always_ff @(posedge clk) begin
    if (start || (take && last)) begin
      k0 <= 16'd0; m0 <= 16'd0; n0 <= 16'd0; row0 <= 16'd0; ky0 <= 16'd0; kx0 <= 16'd0;
      from0 <= 16'd0; bound0 <= 16'd0;
    end else if (take) begin
      k0 <= k; m0 <= m; n0 <= n; row0 <= row; ky0 <= ky; kx0 <= kx;
      from0 <= from; bound0 <= bound;
    end
  end
endmodule
