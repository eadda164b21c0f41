// Lets the search work from a disk, where browsers start no workers: the worker's script runs in a hidden frame.
if (location.protocol === "file:") {
  window.IFrameWorker = window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      document.body.appendChild(frame);
      const inner = (this.inner = frame.contentWindow);
      const answer = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
      // What the worker says goes to this page, and not to the frame's own window.
      inner.postMessage = (data) => setTimeout(answer, 0, data);
      this.ready = new Promise((loaded) => {
        const script = inner.document.createElement("script");
        script.src = new URL(url, location);
        script.onload = loaded;
        inner.document.body.appendChild(script);
      });
    }
    postMessage(data) {
      this.ready.then(() => this.inner.dispatchEvent(new this.inner.MessageEvent("message", { data })));
    }
  };
}
