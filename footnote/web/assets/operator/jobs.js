// The job under way: how far it is, what is left, and a way to stop it.
import { get, remove } from "./api.js";
import { counted } from "../page/dom.js";

const EVERY = 600;
const NAMES = { index: "Bringing the index up to date", verify: "Verifying the index", evaluate: "Evaluating" };
const STATES = { done: "is done", failed: "failed", cancelled: "was cancelled" };

export class Jobs {
  constructor(page) {
    this.page = page;
    this.box = document.querySelector("#job");
    this.cancelling = this.box.querySelector("#job-cancel");
    this.cancelling.addEventListener("click", () => this.cancel());
    this.running = null;
    this.watching = false;
    // Jobs whose end was told, or came before this page was opened.
    this.known = new Set();
  }

  // Take note of what was done before.
  async begin() {
    const { jobs } = await get("admin/jobs");
    for (const { id, state } of jobs) if (state !== "running") this.known.add(id);
  }

  // Look again and again, until nothing is under way or to be begun.
  async watch() {
    if (this.watching) return;
    this.watching = true;
    try {
      while (this.watching) {
        const { jobs, waiting } = await get("admin/jobs");
        const running = jobs.find(({ state }) => state === "running");
        this.show(running, waiting);
        for (const job of jobs.filter(({ id, state }) => state !== "running" && !this.known.has(id)).reverse()) {
          this.known.add(job.id);
          this.page.tell(`${NAMES[job.kind]} ${STATES[job.state]}`);
          // The list tells no results.
          await this.page.ended(await get(`admin/jobs/${job.id}`));
        }
        if (!running && !waiting) break;
        await new Promise((resolve) => setTimeout(resolve, EVERY));
      }
    } catch (error) {
      this.show(null, false);
      if (error.status !== 401) this.page.tell(error.message);
    } finally {
      this.watching = false;
    }
  }

  forget() {
    this.watching = false;
    this.show(null, false);
  }

  show(job, waiting) {
    this.running = job || null;
    this.box.hidden = !job && !waiting;
    if (this.box.hidden) return;
    this.cancelling.hidden = !job;
    const bar = this.box.querySelector("#job-bar");
    this.box.querySelector("#job-name").textContent = job ? NAMES[job.kind] : "The index is brought up to date in a moment";
    this.box.querySelector("#job-progress").textContent = job ? progressOf(job) : "";
    this.cancelling.disabled = Boolean(job?.stopping);
    if (job?.progress.total) bar.value = job.progress.share;
    else bar.removeAttribute("value");
  }

  async cancel() {
    if (!this.running) return;
    this.cancelling.disabled = true;
    await remove(`jobs/${this.running.id}`).catch((error) => this.page.tell(error.message));
  }
}

function progressOf({ stopping, progress: { stage, unit, done, total, passages, per_second, left_seconds } }) {
  const parts = [stopping ? "stopping" : stage];
  if (total) parts.push(`${done.toLocaleString("en")} of ${total.toLocaleString("en")} ${unit}`);
  if (passages) parts.push(counted(passages, "passage"));
  if (per_second) parts.push(`${per_second.toLocaleString("en")} a second`);
  if (left_seconds) parts.push(`about ${duration(left_seconds)} left`);
  return parts.join(" · ");
}

export function duration(seconds) {
  if (seconds < 90) return counted(Math.max(1, Math.round(seconds)), "second");
  if (seconds < 5400) return counted(Math.round(seconds / 60), "minute");
  return `${(seconds / 3600).toFixed(1)} hours`;
}
