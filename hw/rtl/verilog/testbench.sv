// A memory that gives every port its words a cycle, and a count of cycles outside the
// accelerator: from the first request of a layer to its last accepted store.
//
//   +latency=N  cycles from a request to its words, 1 to 63
//   +stall=P    of 100 cycles, so many in which a port is not ready, at random
//   +gap=N      as DRAM: cycles lost where a burst begins, which is wherever a word does
//               not lie behind the one before it,
//   +burst=N    and wherever N divides its address; 0: bursts of any length
//   +limit=N    give up after so many cycles
//   +lanes      a line for each cycle: which parts work
//   +vcd        a waveform, wave.vcd
module testbench;
  localparam BITS = design_pkg::BITS, TM = design_pkg::TM, ACC = design_pkg::ACC;
  localparam WP = design_pkg::WP, IP = design_pkg::IP, OP = design_pkg::OP, WORDS = design_pkg::MEMORY_WORDS;

  logic clk = 1'b0;
  always #5 clk = !clk;

  logic [BITS-1:0]   memory [0:WORDS-1];
  logic [TM*ACC-1:0] biases [0:design_pkg::BIASES-1];
  integer latency, stall, gap, burst, seed;
  longint limit;
  logic   lanes;
  initial begin
    if ($value$plusargs("latency=%d", latency) == 0) latency = 1;
    if ($value$plusargs("stall=%d", stall) == 0) stall = 0;
    if ($value$plusargs("gap=%d", gap) == 0) gap = 0;
    if ($value$plusargs("burst=%d", burst) == 0) burst = 0;
    if ($value$plusargs("seed=%d", seed) == 0) seed = 1;
    if ($value$plusargs("limit=%d", limit) == 0) limit = 100000000;
    lanes = $test$plusargs("lanes") != 0;
    $readmemh("memory.hex", memory);
    $readmemh("bias.hex", biases);
    if ($test$plusargs("vcd") != 0) begin
      $dumpfile("wave.vcd");
      $dumpvars(2, dut);   // the accelerator and the engine, without their parts
    end
  end

  logic               start = 1'b0, layer_done, done, bias_wen = 1'b0;
  logic [15:0]        bias_addr;
  logic [TM*ACC-1:0]  bias_data;
  logic               w_valid, w_ready, w_data_valid = 1'b0, i_valid, i_ready, i_data_valid = 1'b0, o_valid, o_ready;
  logic [31:0]        w_addr;
  logic [15:0]        w_count;
  logic [WP*BITS-1:0] w_data;
  logic [IP-1:0]      i_mask;
  logic [IP*32-1:0]   i_addr;
  logic [IP*BITS-1:0] i_data;
  logic [OP-1:0]      o_mask;
  logic [OP*32-1:0]   o_addr;
  logic [OP*BITS-1:0] o_data;
  accelerator dut (
      .clk, .start, .in_shift('0), .out_shift('0), .layer_done, .done, .bias_wen, .bias_addr, .bias_data,
      .w_valid, .w_ready, .w_addr, .w_count, .w_data_valid, .w_data,
      .i_valid, .i_ready, .i_mask, .i_addr, .i_data_valid, .i_data,
      .o_valid, .o_ready, .o_mask, .o_addr, .o_data
  );

  // When a port is ready: not in stalled cycles, nor before the gaps are over.
  integer      w_waited = 0, i_waited = 0, o_waited = 0, w_wait, i_wait, o_wait, j;
  logic [31:0] w_next = '0, i_next = '0, o_next = '0, w_at, i_at, o_at;   // the address behind the last word
  logic [2:0]  stalled = '0;
  function automatic logic begins(input logic [31:0] at, input logic [31:0] next);   // a burst
    begins = at != next || (burst != 0 && at % burst == 0);
  endfunction
  always_comb begin
    w_wait = 0;
    w_at = w_next;
    for (j = 0; j < WP; j = j + 1)
      if (j < 32'(w_count)) begin
        if (begins(w_addr + j, w_at)) w_wait = w_wait + gap;
        w_at = w_addr + j + 32'd1;
      end
    i_wait = 0;
    i_at = i_next;
    for (j = 0; j < IP; j = j + 1)
      if (i_mask[j]) begin
        if (begins(i_addr[j*32 +: 32], i_at)) i_wait = i_wait + gap;
        i_at = i_addr[j*32 +: 32] + 32'd1;
      end
    o_wait = 0;
    o_at = o_next;
    for (j = 0; j < OP; j = j + 1)
      if (o_mask[j]) begin
        if (begins(o_addr[j*32 +: 32], o_at)) o_wait = o_wait + gap;
        o_at = o_addr[j*32 +: 32] + 32'd1;
      end
  end
  assign w_ready = !stalled[0] && w_waited >= w_wait;
  assign i_ready = !stalled[1] && i_waited >= i_wait;
  assign o_ready = !stalled[2] && o_waited >= o_wait;

  // Words on their way, by the cycle in which they arrive, modulo 64.
  logic [63:0]        w_coming = '0, i_coming = '0;
  logic [WP*BITS-1:0] w_words [0:63], w_word;
  logic [IP*BITS-1:0] i_words [0:63], i_word;

  longint      now = 0, first = -1, last = 0;
  integer      phase = 0, layer = 0, n;
  logic [31:0] random = 32'd1;
  logic [5:0]  slot;

  task automatic shuffle;   // Marsaglia's xorshift
    random = random ^ (random << 13);
    random = random ^ (random >> 17);
    random = random ^ (random << 5);
  endtask

  always @(posedge clk) begin
    now <= now + 1;
    if (now == 0) random = seed * 32'd2654435761 + 32'd1;
    for (n = 0; n < 3; n = n + 1) begin
      shuffle;
      stalled[n] <= random % 100 < stall;
    end
    w_waited <= w_valid && !w_ready ? w_waited + 1 : 0;
    i_waited <= i_valid && !i_ready ? i_waited + 1 : 0;
    o_waited <= o_valid && !o_ready ? o_waited + 1 : 0;

    // Biases first, then start.
    bias_wen <= phase < design_pkg::BIASES;
    if (phase < design_pkg::BIASES) begin
      bias_addr <= phase[15:0];
      bias_data <= biases[phase];
    end
    start <= phase == design_pkg::BIASES + 1;
    if (phase < design_pkg::BIASES + 4) phase <= phase + 1;

    slot = 6'(now) + 6'(latency);
    if (w_valid && w_ready) begin
      w_word = '0;
      for (n = 0; n < WP; n = n + 1)
        if (n < 32'(w_count)) w_word[n*BITS +: BITS] = memory[w_addr + n];
      w_words[slot] = w_word;
      w_coming[slot] = 1'b1;
      w_next <= w_at;
    end
    if (i_valid && i_ready) begin
      i_word = '0;
      for (n = 0; n < IP; n = n + 1)
        if (i_mask[n]) i_word[n*BITS +: BITS] = memory[i_addr[n*32 +: 32]];
      i_words[slot] = i_word;
      i_coming[slot] = 1'b1;
      i_next <= i_at;
    end
    if (o_valid && o_ready) begin
      for (n = 0; n < OP; n = n + 1)
        if (o_mask[n]) memory[o_addr[n*32 +: 32]] = o_data[n*BITS +: BITS];
      o_next <= o_at;
      last <= now + 1;
    end
    slot = 6'(now) + 6'd1;
    w_data_valid <= w_coming[slot];
    i_data_valid <= i_coming[slot];
    w_data <= w_words[slot];
    i_data <= i_words[slot];
    w_coming[slot] = 1'b0;
    i_coming[slot] = 1'b0;

    if (first < 0 && (w_valid || i_valid)) first <= now;
    if (lanes && !layer_done && (first >= 0 || w_valid || i_valid))   // of weights, inputs, array, outputs
      $display("lanes %0d %0d%0d%0d%0d", first < 0 ? 0 : now - first, w_valid && w_ready, i_valid && i_ready, dut.engine.issue, o_valid && o_ready);
    if (layer_done) begin
      $display("layer %0d cycles %0d", layer, last - first);
      layer <= layer + 1;
      first <= -1;
    end
    if (phase > design_pkg::BIASES + 2 && done) begin
      $writememh("result.hex", memory);
      $display("finished");
      $finish;
    end
    if (now > limit) begin
      $display("limit of %0d cycles reached in layer %0d", limit, layer);
      $finish;
    end
  end
endmodule
