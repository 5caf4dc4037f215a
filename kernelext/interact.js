function (id, packed) {
  if (!window.DecompressionStream) return;
  var bytes = Uint8Array.from(atob(packed), function (c) { return c.charCodeAt(0); });
  var stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  new Response(stream).json().then(function (all) {
    document.querySelectorAll('[data-interact="' + id + '"]').forEach(function (root) {
      if (root.dataset.ready) return;
      root.dataset.ready = "yes";
      var controls = Array.from(root.querySelectorAll("input, select"));
      var picture = root.querySelector(".picture");
      function count(c) { return c.options ? c.options.length : Number(c.max) + 1; }
      function draw() {
        var at = 0;
        controls.forEach(function (c) {
          at = at * count(c) + Number(c.value);
          if (!c.options) c.parentNode.querySelector("output").textContent = c.dataset.texts.split(" ")[c.value];
        });
        var p = all.pictures[all.at[at]];
        if (p[0] == "s") {
          var img = picture.querySelector("img") || new Image();
          img.alt = all.alt;
          img.style.maxWidth = "100%";
          img.src = "data:image/svg+xml," + encodeURIComponent(p.slice(1));
          if (picture.firstElementChild !== img) picture.replaceChildren(img);
        } else picture.innerHTML = p.slice(1);
      }
      controls.forEach(function (c) { c.addEventListener("input", draw); });
      root.addEventListener("keydown", function (e) { e.stopPropagation(); });
      root.querySelector(".controls").style.display = "flex";
    });
  });
}
