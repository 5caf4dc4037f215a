// Asks for the weights of one pass after the other, and puts what comes back into
// the multipliers' buffers, which have two halves: it asks for a pass when the one
// two before it is computed.
module weight_loader #(
    parameter TM = 1, TN = 1, PORT = 1, BITS = 16, HALF = 1
) (
    input  logic                  clk,
    input  logic                  start,
    input  accel_pkg::layer_t     layer,
    input  logic [31:0]           computed,       // passes, all since start
    input  logic [31:0]           inputs_asked,
    output logic [31:0]           asked, filled,
    output logic                  req_valid,
    input  logic                  req_ready,
    output logic [31:0]           req_addr,
    output logic [15:0]           req_count,
    input  logic                  data_valid,
    input  logic [PORT*BITS-1:0]  data,
    output logic [TM*TN-1:0]      wen,
    output logic [TM*TN*16-1:0]   waddr,
    output logic [TM*TN*BITS-1:0] wdata,
    output logic [2*TM*TN-1:0]    used            // buffers that hold weights, by half
);
  // What is asked for.
  logic        busy, sweep, ask_last;
  logic [15:0] ask_ins, ask_outs;
  logic [31:0] addr, passes_asked, passes_filled;
  wire ask = req_valid && req_ready;
  tile_walk ask_walk (
      .clk, .start, .step(ask && ask_last), .layer, .busy, .sweep, .ins(ask_ins), .outs(ask_outs),
      .first(), .last(), .rows(), .cols(), .in_rows(), .in_cols(), .top(), .left(), .in_addr(), .out_addr(), .lane_tile()
  );
  weight_index #(.TN(TN), .PORT(PORT)) ask_index (
      .clk, .start, .take(ask), .layer, .ins(ask_ins), .outs(ask_outs), .last(ask_last), .count(req_count),
      .first(), .valid(), .unit(), .first_k(), .next_k()
  );
  assign req_valid = busy && layer.weighted && passes_asked - computed < 32'd2 && inputs_asked >= passes_asked;
  assign req_addr = addr;
  always_ff @(posedge clk) begin
    if (start) begin
      addr <= layer.weight_base;
      passes_asked <= 32'd0;
    end else if (ask) begin
      addr <= ask_last && sweep ? layer.weight_base : addr + 32'(req_count);
      if (ask_last) passes_asked <= passes_asked + 32'd1;
    end
  end

  // What comes back.
  logic               fill_first, fill_last;
  logic [15:0]        fill_ins, fill_outs, first_k;
  logic [PORT-1:0]    valid, next_k;
  logic [PORT*16-1:0] unit;
  tile_walk fill_walk (
      .clk, .start, .step(data_valid && fill_last), .layer, .ins(fill_ins), .outs(fill_outs), .busy(),
      .sweep(), .first(), .last(), .rows(), .cols(), .in_rows(), .in_cols(), .top(), .left(), .in_addr(), .out_addr(), .lane_tile()
  );
  weight_index #(.TN(TN), .PORT(PORT)) fill_index (
      .clk, .start, .take(data_valid), .layer, .ins(fill_ins), .outs(fill_outs), .first(fill_first), .last(fill_last),
      .valid, .unit, .first_k, .next_k, .count()
  );
  wire         half = passes_filled[0];
  wire [15:0]  from = half ? 16'(HALF) : 16'd0;
  integer      u, j;
  always_comb begin
    wen = '0;
    waddr = '0;
    wdata = '0;
    for (u = 0; u < TM * TN; u = u + 1)
      for (j = 0; j < PORT; j = j + 1)
        if (data_valid && valid[j] && unit[j*16 +: 16] == u[15:0]) begin
          wen[u] = 1'b1;
          waddr[u*16 +: 16] = from + first_k + 16'(next_k[j]);
          wdata[u*BITS +: BITS] = data[j*BITS +: BITS];
        end
  end
  always_ff @(posedge clk) begin
    if (start) begin
      passes_filled <= 32'd0;
      used <= '0;
    end else if (data_valid) begin
      if (fill_last) passes_filled <= passes_filled + 32'd1;
      if (half) used[TM*TN +: TM*TN] <= (fill_first ? '0 : used[TM*TN +: TM*TN]) | wen;
      else      used[0 +: TM*TN]     <= (fill_first ? '0 : used[0 +: TM*TN]) | wen;
    end
  end

  // Layers without weights never wait for them.
  assign asked  = layer.weighted ? passes_asked : '1;
  assign filled = layer.weighted ? passes_filled : '1;
endmodule
