// A page with a notebook of JupyterLab's own parts: its server's sessions and contents, its
// model, cells, outputs and completer. lab.open(path) shows one; lab's other functions are
// what the toolbar's buttons do.
import { CodeMirrorEditorFactory, CodeMirrorMimeTypeService, EditorExtensionRegistry, EditorLanguageRegistry, ybinding } from "@jupyterlab/codemirror";
import { Completer, CompleterModel, CompletionHandler, KernelCompleterProvider, ProviderReconciliator } from "@jupyterlab/completer";
import { DocumentManager } from "@jupyterlab/docmanager";
import { DocumentRegistry } from "@jupyterlab/docregistry";
import { NotebookActions, NotebookModelFactory, NotebookPanel, NotebookWidgetFactory } from "@jupyterlab/notebook";
import { RenderMimeRegistry, standardRendererFactories } from "@jupyterlab/rendermime";
import { ServiceManager } from "@jupyterlab/services";
import { CommandRegistry } from "@lumino/commands";
import { Widget } from "@lumino/widgets";

function editors() {
  const languages = new EditorLanguageRegistry();
  EditorLanguageRegistry.getDefaultLanguages().forEach((l) => languages.addLanguage(l));
  const extensions = new EditorExtensionRegistry();
  EditorExtensionRegistry.getDefaultExtensions().forEach((e) => extensions.addExtension(e));
  extensions.addExtension({
    name: "shared-model",
    factory: ({ model }) =>
      EditorExtensionRegistry.createImmutableExtension(
        ybinding({ ytext: model.sharedModel.ysource, undoManager: model.sharedModel.undoManager ?? undefined }),
      ),
  });
  const factory = new CodeMirrorEditorFactory({ extensions, languages });
  return { mimeTypeService: new CodeMirrorMimeTypeService(languages), editorFactory: factory.newInlineEditor };
}

// completion is the completer for the panel's active cell, on Tab.
function completion(panel) {
  const completer = new Completer({ editor: null, model: new CompleterModel() });
  const handler = new CompletionHandler({ completer, reconciliator: null });
  const follow = () => {
    handler.editor = panel.content.activeCell?.editor ?? null;
    handler.reconciliator = new ProviderReconciliator({
      context: { editor: handler.editor, session: panel.sessionContext.session, widget: panel },
      providers: [new KernelCompleterProvider()],
      timeout: 60000,
    });
  };
  panel.content.activeCellChanged.connect(follow);
  panel.sessionContext.sessionChanged.connect(follow);
  follow();
  completer.hide();
  Widget.attach(completer, document.body);

  const commands = new CommandRegistry();
  const bind = (id, keys, selector, execute) => {
    commands.addCommand(id, { execute });
    commands.addKeyBinding({ selector, keys, command: id });
  };
  bind("complete", ["Tab"], ".jp-Notebook .jp-mod-completer-enabled", () => (follow(), handler.invoke()));
  bind("choose", ["Enter"], ".jp-Notebook .jp-mod-completer-active", () => completer.selectActive());
  document.addEventListener("keydown", (e) => commands.processKeydownEvent(e), true);
}

const changes = {}; // by the place of a cell: what it showed, one after the other

async function open(path) {
  const manager = new ServiceManager();
  await manager.ready;
  const { editorFactory, mimeTypeService } = editors();
  const registry = new DocumentRegistry();
  registry.addModelFactory(new NotebookModelFactory({}));
  registry.addWidgetFactory(
    new NotebookWidgetFactory({
      name: "Notebook",
      modelName: "notebook",
      fileTypes: ["notebook"],
      defaultFor: ["notebook"],
      preferKernel: true,
      canStartKernel: true,
      rendermime: new RenderMimeRegistry({ initialFactories: standardRendererFactories }),
      contentFactory: new NotebookPanel.ContentFactory({ editorFactory }),
      mimeTypeService,
    }),
  );
  const documents = new DocumentManager({ registry, manager, opener: { open: () => {}, opened: { connect: () => {} } } });
  const panel = documents.open(path);
  panel.node.style.cssText = "position: absolute; inset: 0";
  Widget.attach(panel, document.body);
  await panel.context.ready;
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.info;
  completion(panel);
  const notebook = panel.content;
  const at = (i) => notebook.widgets[i];

  Object.assign(lab, {
    size: () => notebook.widgets.length,
    // shows is what a cell's outputs look like: pictures by their sources, bars by where they are.
    output: (i) => at(i).outputArea.node,
    prompt: (i) => at(i).model.executionCount,
    status: () => panel.sessionContext.session.kernel.status,
    watch(i) {
      const seen = (changes[i] = []);
      new MutationObserver(() => {
        const html = at(i).outputArea.node.innerHTML;
        if (html !== seen.at(-1)) seen.push(html);
      }).observe(at(i).outputArea.node, { subtree: true, childList: true, attributes: true, characterData: true });
    },
    select(i) {
      notebook.activeCellIndex = i;
      notebook.deselectAll();
      at(i).node.scrollIntoView();
    },
    edit(i) {
      lab.select(i);
      notebook.mode = "edit";
      const editor = at(i).editor;
      editor.focus();
      const end = editor.getPositionAt(editor.model.sharedModel.getSource().length);
      editor.setCursorPosition(end);
    },
    source: (i) => at(i).model.sharedModel.getSource(),
    // run and runAll return at once; lab.ran counts what has ended.
    run(i) {
      lab.select(i);
      lab.done(NotebookActions.run(notebook, panel.sessionContext));
    },
    runAll: () => lab.done(NotebookActions.runAll(notebook, panel.sessionContext)),
    done(promise) {
      lab.result = undefined;
      promise.then((ok) => (lab.result = ok), (e) => (lab.result = String(e)));
    },
    interrupt: () => panel.sessionContext.session.kernel.interrupt(),
    restart: () => panel.sessionContext.restartKernel(),
    save: () => lab.done(panel.context.save().then(() => true)),
  });
  lab.opened = true;
}

window.lab = { changes, open: (path) => open(path).catch((e) => (lab.failure = e.stack || String(e))) };
