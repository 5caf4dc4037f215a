// Stores one output tile after the other: rows outside, then columns, then
// channels; at most one word of a bank a cycle.
module store #(
    parameter TM = 1, PORT = 1, BITS = 16
) (
    input  logic                 clk,
    input  logic                 start,
    input  accel_pkg::layer_t    layer,
    input  logic [31:0]          finished,     // output tiles whose last word is in the banks
    output logic [31:0]          stored,       // output tiles whose words are all read
    output logic                 done,
    output logic                 read,
    output logic                 half,
    output logic [TM*16-1:0]     raddr,
    input  logic [TM*BITS-1:0]   rdata,        // a cycle after read, and as long as nothing is read
    output logic                 req_valid,
    input  logic                 req_ready,
    output logic [PORT-1:0]      req_mask,
    output logic [PORT*32-1:0]   req_addr,
    output logic [PORT*BITS-1:0] req_data
);
  logic        busy, last, stop;
  logic [15:0] walk_rows, walk_cols, rows, cols, outs;
  logic [31:0] corner;
  tile_walk #(.TILES(1)) walk (
      .clk, .start, .step(read && last), .layer, .busy, .rows(walk_rows), .cols(walk_cols), .outs, .out_addr(corner),
      .first(), .last(), .sweep(), .ins(), .in_rows(), .in_cols(), .top(), .left(), .in_addr(), .lane_tile()
  );
  assign rows = layer.reduced ? 16'd1 : walk_rows;
  assign cols = layer.reduced ? 16'd1 : walk_cols;

  logic [15:0]        r0, c0, m0, place0, r, c, m, place;
  logic [31:0]        row0, pixel0, row, pixel;
  logic [PORT-1:0]    valid;
  logic [PORT*32-1:0] addr;
  logic [PORT*16-1:0] bank, bank_read;
  integer             j, t;
  always_comb begin
    r = r0; c = c0; m = m0; place = place0; row = row0; pixel = pixel0;
    stop = 1'b0;
    last = 1'b0;
    valid = '0;
    addr = '0;
    bank = '0;
    raddr = '0;
    for (t = 0; t < TM; t = t + 1) raddr[t*16 +: 16] = place0;
    for (j = 0; j < PORT; j = j + 1) begin
      if (!stop) begin
        valid[j] = 1'b1;
        addr[j*32 +: 32] = corner + pixel + 32'(m);
        bank[j*16 +: 16] = m;
        for (t = 0; t < TM; t = t + 1)
          if (m == t[15:0]) raddr[t*16 +: 16] = place;
        m = m + 16'd1;
        if (m == outs) begin
          m = 16'd0;
          c = c + 16'd1;
          place = place + 16'd1;
          pixel = pixel + 32'(layer.out_ch);
          if (c == cols) begin
            c = 16'd0;
            r = r + 16'd1;
            row = row + layer.out_row;
            pixel = row;
            if (r == rows) begin
              last = 1'b1;
              stop = 1'b1;
            end
          end
        end
        if (m == m0) stop = 1'b1;
      end
    end
  end

  assign read = busy && finished > stored && (!req_valid || req_ready);
  assign half = stored[0];
  assign done = !busy && !req_valid;
  initial req_valid = 1'b0;
  always_ff @(posedge clk) begin
    if (start || (read && last)) begin
      r0 <= 16'd0; c0 <= 16'd0; m0 <= 16'd0; place0 <= 16'd0; row0 <= 32'd0; pixel0 <= 32'd0;
    end else if (read) begin
      r0 <= r; c0 <= c; m0 <= m; place0 <= place; row0 <= row; pixel0 <= pixel;
    end
    if (start) stored <= 32'd0;
    else if (read && last) stored <= stored + 32'd1;

    if (read) begin
      req_mask <= valid;
      req_addr <= addr;
      bank_read <= bank;
    end
    if (start) req_valid <= 1'b0;
    else if (!req_valid || req_ready) req_valid <= read;
  end

  // The words, with ReLU.
  logic [BITS-1:0] word;
  integer          i, b;
  always_comb begin
    req_data = '0;
    word = '0;
    for (i = 0; i < PORT; i = i + 1)
      for (b = 0; b < TM; b = b + 1)
        if (bank_read[i*16 +: 16] == b[15:0]) begin
          word = rdata[b*BITS +: BITS];
          req_data[i*BITS +: BITS] = layer.relu && word[BITS-1] ? '0 : word;
        end
  end
endmodule
