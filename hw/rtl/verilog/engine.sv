// The accelerator: loaders, double-buffered memories, array, store. It runs one
// layer from start until done; layer must not change in between.
module engine #(
    parameter TM = 1, TN = 1, WP = 1, IP = 1, OP = 1, BITS = 16, ACC = 48,
    parameter IN_WORDS = 1, OUT_WORDS = 1, KERNELS = 1, BIASES = 1   // of a bank's half; kernel positions; output channel tiles
) (
    input  logic                clk,
    input  logic                start,
    input  accel_pkg::layer_t   layer,
    output logic                done,
    // Biases, before start: a word for each of the TM lanes.
    input  logic                bias_wen,
    input  logic [15:0]         bias_addr,
    input  logic [TM*ACC-1:0]   bias_data,
    // Weights: so many words from an address on. Words come back in order.
    output logic                w_valid,
    input  logic                w_ready,
    output logic [31:0]         w_addr,
    output logic [15:0]         w_count,
    input  logic                w_data_valid,
    input  logic [WP*BITS-1:0]  w_data,
    // Inputs: an address for each word.
    output logic                i_valid,
    input  logic                i_ready,
    output logic [IP-1:0]       i_mask,
    output logic [IP*32-1:0]    i_addr,
    input  logic                i_data_valid,
    input  logic [IP*BITS-1:0]  i_data,
    // Outputs: an address for each word.
    output logic                o_valid,
    input  logic                o_ready,
    output logic [OP-1:0]       o_mask,
    output logic [OP*32-1:0]    o_addr,
    output logic [OP*BITS-1:0]  o_data
);
  // Loaders, into the input and weight memories.
  logic [31:0]           computed, stored, finished, weights_asked, weights_filled, inputs_asked, inputs_filled;
  logic [TM*TN-1:0]      weight_wen;
  logic [TM*TN*16-1:0]   weight_waddr;
  logic [TM*TN*BITS-1:0] weight_wdata, weight_rdata, weights;
  logic [2*TM*TN-1:0]    used;
  logic                  input_half;
  logic [TN-1:0]         input_wen;
  logic [TN*16-1:0]      input_waddr;
  logic [TN*BITS-1:0]    input_wdata, pixels;
  weight_loader #(.TM(TM), .TN(TN), .PORT(WP), .BITS(BITS), .HALF(KERNELS)) load_weights (
      .clk, .start, .layer, .computed, .inputs_asked, .asked(weights_asked), .filled(weights_filled),
      .req_valid(w_valid), .req_ready(w_ready), .req_addr(w_addr), .req_count(w_count), .data_valid(w_data_valid), .data(w_data),
      .wen(weight_wen), .waddr(weight_waddr), .wdata(weight_wdata), .used
  );
  input_loader #(.TN(TN), .PORT(IP), .BITS(BITS)) load_inputs (
      .clk, .start, .layer, .computed, .weights_asked, .asked(inputs_asked), .filled(inputs_filled),
      .req_valid(i_valid), .req_ready(i_ready), .req_mask(i_mask), .req_addr(i_addr), .data_valid(i_data_valid), .data(i_data),
      .half(input_half), .wen(input_wen), .waddr(input_waddr), .wdata(input_wdata)
  );

  // The pass that is computed.
  logic        issue, in_half, first_k, last_k, first_pass, tile_done, out_half;
  logic [15:0] in_place, k, out_place, lane_tile;
  compute passes (
      .clk, .start, .layer, .weights_filled, .inputs_filled, .stored, .computed, .issue, .in_half, .in_place, .k,
      .first_k, .last_k, .first_pass, .tile_done, .out_half, .out_place, .lane_tile
  );

  genvar g;
  generate
    for (g = 0; g < TN; g = g + 1) begin : input_bank
      logic [BITS-1:0] even, odd;
      bank #(.WIDTH(BITS), .DEPTH(IN_WORDS)) half0 (
          .clk, .wen(input_wen[g] && !input_half), .waddr(input_waddr[g*16 +: 16]), .wdata(input_wdata[g*BITS +: BITS]),
          .ren(issue && !in_half), .raddr(in_place), .rdata(even)
      );
      bank #(.WIDTH(BITS), .DEPTH(IN_WORDS)) half1 (
          .clk, .wen(input_wen[g] && input_half), .waddr(input_waddr[g*16 +: 16]), .wdata(input_wdata[g*BITS +: BITS]),
          .ren(issue && in_half), .raddr(in_place), .rdata(odd)
      );
      assign pixels[g*BITS +: BITS] = half_read ? odd : even;
    end
    for (g = 0; g < TM * TN; g = g + 1) begin : weight_bank
      bank #(.WIDTH(BITS), .DEPTH(2 * KERNELS)) halves (
          .clk, .wen(weight_wen[g]), .waddr(weight_waddr[g*16 +: 16]), .wdata(weight_wdata[g*BITS +: BITS]),
          .ren(issue), .raddr((in_half ? 16'(KERNELS) : 16'd0) + k), .rdata(weight_rdata[g*BITS +: BITS])
      );
      // Off the blocks of grouped channels, and beyond the last channel, weights are zero.
      assign weights[g*BITS +: BITS] = !layer.weighted ? (g / TN == g % TN ? BITS'(layer.unit) : '0)
                                     : used[half_read ? TM*TN + g : g] ? weight_rdata[g*BITS +: BITS] : '0;
    end
  endgenerate

  // What belongs to a pixel goes with it through the array: after a cycle its operands
  // are read, after four its sum is written.
  logic        half_read, valid_read, first_k_read, last_k_read, first_pass_read;
  logic [4:1]  halves, dones, issues;
  logic [15:0] place1, place2, place3, place4, tile1, tile2, tile3;
  always_ff @(posedge clk) begin
    half_read <= in_half;
    valid_read <= issue && !start;
    first_k_read <= first_k;
    last_k_read <= last_k;
    first_pass_read <= first_pass;
    halves <= {halves[3:1], out_half};
    dones <= {dones[3:1], tile_done};
    issues <= {issues[3:1], issue};
    place1 <= out_place; place2 <= place1; place3 <= place2; place4 <= place3;
    tile1 <= lane_tile; tile2 <= tile1; tile3 <= tile2;
    if (start) finished <= 32'd0;
    else if (issues[4] && dones[4]) finished <= finished + 32'd1;
  end
  initial valid_read = 1'b0;
  initial issues = '0;

  // Output memories: the array adds to one half while the other is stored.
  logic               sum_read, sum_write, store_read, store_half, store_half_read;
  logic [TM*16-1:0]   store_raddr;
  logic [TM*BITS-1:0] old, sums, store_rdata;
  logic [TM*ACC-1:0]  bias;
  mac_array #(.TM(TM), .TN(TN), .BITS(BITS), .ACC(ACC)) array (
      .clk, .layer, .valid(valid_read), .first_k(first_k_read), .last_k(last_k_read), .first_pass(first_pass_read),
      .pixels, .weights, .read(sum_read), .write(sum_write), .old, .bias, .result(sums)
  );
  bank #(.WIDTH(TM*ACC), .DEPTH(BIASES)) biases (
      .clk, .wen(bias_wen), .waddr(bias_addr), .wdata(bias_data), .ren(sum_read), .raddr(tile3), .rdata(bias)
  );
  // A sum that is read in the cycle in which it is written.
  logic               again;
  logic [TM*BITS-1:0] sums_before;
  always_ff @(posedge clk) begin
    again <= sum_write && place3 == place4 && halves[3] == halves[4];
    sums_before <= sums;
    if (store_read) store_half_read <= store_half;
  end
  generate
    for (g = 0; g < TM; g = g + 1) begin : output_bank
      logic [BITS-1:0] even, odd;
      bank #(.WIDTH(BITS), .DEPTH(OUT_WORDS)) half0 (
          .clk, .wen(sum_write && !halves[4]), .waddr(place4), .wdata(sums[g*BITS +: BITS]),
          .ren((sum_read && !halves[3]) || (store_read && !store_half)),
          .raddr(store_read && !store_half ? store_raddr[g*16 +: 16] : place3), .rdata(even)
      );
      bank #(.WIDTH(BITS), .DEPTH(OUT_WORDS)) half1 (
          .clk, .wen(sum_write && halves[4]), .waddr(place4), .wdata(sums[g*BITS +: BITS]),
          .ren((sum_read && halves[3]) || (store_read && store_half)),
          .raddr(store_read && store_half ? store_raddr[g*16 +: 16] : place3), .rdata(odd)
      );
      assign old[g*BITS +: BITS] = again ? sums_before[g*BITS +: BITS] : halves[4] ? odd : even;
      assign store_rdata[g*BITS +: BITS] = store_half_read ? odd : even;
    end
  endgenerate
  store #(.TM(TM), .PORT(OP), .BITS(BITS)) store_outputs (
      .clk, .start, .layer, .finished, .stored, .done, .read(store_read), .half(store_half), .raddr(store_raddr), .rdata(store_rdata),
      .req_valid(o_valid), .req_ready(o_ready), .req_mask(o_mask), .req_addr(o_addr), .req_data(o_data)
  );
endmodule
