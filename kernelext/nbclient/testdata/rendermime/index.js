// shown renders outputs of a notebook as JupyterLab's OutputArea does, and says what can
// be seen of each: its form, its text, its pictures and its controls.
import { MimeModel, RenderMimeRegistry, standardRendererFactories } from "@jupyterlab/rendermime";

window.shown = async (outputs, trusted) => {
  const registry = new RenderMimeRegistry({ initialFactories: standardRendererFactories });
  const list = [];
  for (const data of outputs) {
    const mime = registry.preferredMimeType(data, trusted ? "any" : "ensure");
    const renderer = registry.createRenderer(mime);
    const host = document.body.appendChild(document.createElement("div"));
    host.append(renderer.node);
    await renderer.renderModel(new MimeModel({ data, trusted }));
    const pictures = [...host.querySelectorAll("img")];
    await Promise.all(pictures.map((img) => img.decode().catch(() => {})));
    while (trusted && host.querySelector("[data-interact]:not([data-ready])")) await new Promise((next) => setTimeout(next));
    list.push({
      mime,
      text: host.innerText,
      pictures: pictures.filter((img) => img.naturalWidth > 0 && img.offsetHeight > 0).map((img) => img.alt),
      controls: [...host.querySelectorAll("input, select, button")].filter((e) => e.offsetHeight > 0).length,
    });
  }
  return list;
};
