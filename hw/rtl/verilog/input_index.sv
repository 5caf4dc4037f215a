// Which pixels of an input tile the next words of the port are: rows outside, then
// columns, then channels. A beat has at most PORT words, and one for a bank at most.
module input_index #(
    parameter PORT = 1
) (
    input  logic               clk,
    input  logic               start,
    input  logic               take,
    input  accel_pkg::layer_t  layer,
    input  logic [15:0]        ins, in_rows, in_cols,
    input  logic signed [16:0] top, left,
    input  logic [31:0]        base,            // the corner's word
    output logic               last,
    output logic [PORT-1:0]    valid,
    output logic [PORT-1:0]    in_map,          // other words are zeros, and not read
    output logic [PORT*32-1:0] addr,
    output logic [PORT*16-1:0] bank,
    output logic [PORT*16-1:0] place            // in the bank
);
  logic [15:0] y0, x0, n0, line0;               // line: of the row in a bank
  logic [15:0] y, x, n, line;
  logic [31:0] row0, pixel0, row, pixel;        // from the corner's word
  logic        stop;
  logic signed [17:0] my, mx;
  integer      j;

  always_comb begin
    y = y0; x = x0; n = n0; line = line0; row = row0; pixel = pixel0;
    stop = 1'b0;
    last = 1'b0;
    valid = '0;
    in_map = '0;
    addr = '0;
    bank = '0;
    place = '0;
    my = '0;
    mx = '0;
    for (j = 0; j < PORT; j = j + 1) begin
      if (!stop) begin
        my = 18'(top) + $signed({2'b0, y});
        mx = 18'(left) + $signed({2'b0, x});
        valid[j] = 1'b1;
        in_map[j] = my >= 0 && mx >= 0 && my < $signed({2'b0, layer.map_rows}) && mx < $signed({2'b0, layer.map_cols});
        addr[j*32 +: 32] = base + pixel + 32'(n);
        bank[j*16 +: 16] = n;
        place[j*16 +: 16] = line + x;
        n = n + 16'd1;
        if (n == ins) begin
          n = 16'd0;
          x = x + 16'd1;
          pixel = pixel + 32'(layer.in_ch);
          if (x == in_cols) begin
            x = 16'd0;
            y = y + 16'd1;
            row = row + layer.in_row;
            pixel = row;
            line = line + layer.pitch;
            if (y == in_rows) begin
              last = 1'b1;
              stop = 1'b1;
            end
          end
        end
        if (n == n0) stop = 1'b1;
      end
    end
  end

  always_ff @(posedge clk) begin
    if (start || (take && last)) begin
      y0 <= 16'd0; x0 <= 16'd0; n0 <= 16'd0; line0 <= 16'd0; row0 <= 32'd0; pixel0 <= 32'd0;
    end else if (take) begin
      y0 <= y; x0 <= x; n0 <= n; line0 <= line; row0 <= row; pixel0 <= pixel;
    end
  end
endmodule
