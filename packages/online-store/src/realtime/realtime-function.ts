import { TeselaError, type CompiledRealtimeView } from "@tesela/core";
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  RELEASE_SYNC,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type VmCallResult,
} from "quickjs-emscripten";
import type { RealtimeLimits } from "./limits.ts";
import { programOf } from "./program.ts";

/** What became of a call: its JSON, or why it was stopped. */
export type Outcome =
  { readonly kind: "done"; readonly json: string } | { readonly kind: "stopped"; readonly why: string };

/** So few ticks never count as too long a time. */
const LEAST_TICKS = 10;
/** What the program says of a function that is no plain one. */
const IS_ASYNC = "is an async function or a generator";
/** QuickJS needs so many pages to begin with. */
const FIRST_PAGES = 256;

/** WebAssembly as Node has it, whose types come with those of browsers only. */
const { WebAssembly: wasm } = globalThis as unknown as {
  WebAssembly: { Memory: new (pages: { initial: number; maximum: number }) => object };
};

/**
 * Compiles a view's function in a QuickJS of its own, whose memory is bounded by WebAssembly: the bound that QuickJS
 * itself has does not count what a block holds. Throws `VALIDATION` where the text is no function.
 */
export async function compileRealtimeFunction(
  view: CompiledRealtimeView,
  limits: RealtimeLimits,
): Promise<RealtimeFunction> {
  const memory = { initial: FIRST_PAGES, maximum: Math.max(FIRST_PAGES, limits.memoryPages) };
  const variant = newVariant(RELEASE_SYNC, { wasmMemory: new wasm.Memory(memory) });
  const quickjs = await newQuickJSWASMModuleFromVariant(variant);
  return new RealtimeFunction(quickjs.newRuntime(), view, limits);
}

/**
 * A realtime view's function, compiled in a context without any way to the outside. Nothing needs to be closed: its
 * memory is its own and goes with it.
 */
export class RealtimeFunction {
  readonly #limits: RealtimeLimits;
  readonly #runtime: QuickJSRuntime;
  readonly #context: QuickJSContext;
  readonly #run: QuickJSHandle;
  readonly #transform: QuickJSHandle;
  #ticks = 0;
  #maxTicks = Number.POSITIVE_INFINITY;
  #startedAt = 0;
  #isSpent = false;

  constructor(runtime: QuickJSRuntime, view: CompiledRealtimeView, limits: RealtimeLimits) {
    this.#limits = limits;
    this.#runtime = runtime;
    this.#runtime.setMaxStackSize(limits.stackBytes);
    this.#runtime.setInterruptHandler(() => this.#isOver());
    this.#context = this.#runtime.newContext();
    const program = this.#evaluate(programOf(view));
    this.#run = this.#context.getProp(program, "run");
    this.#transform = this.#load(view.function.trim(), this.#context.getProp(program, "check"));
  }

  /** Whether it has met a limit that may have left it in any state. */
  get isSpent(): boolean {
    return this.#isSpent;
  }

  /** Maps rows; those of more than one row may take four times as long as one. */
  run(rows: string, isOne: boolean): Outcome {
    this.#allow(isOne ? this.#limits.ticks : 4 * this.#limits.ticks);
    const json = this.#context.newString(rows);
    const result = this.#context.callFunction(this.#run, this.#context.undefined, this.#transform, json);
    json.dispose();
    const outcome = this.#outcomeOf(result);
    if (!this.#runtime.hasPendingJob()) return outcome;
    this.#isSpent = true;
    return { kind: "stopped", why: "it starts work that is not over when it ends" };
  }

  #isOver(): boolean {
    this.#ticks += 1;
    if (this.#ticks > this.#maxTicks) return true;
    return this.#ticks > LEAST_TICKS && cpuMs() - this.#startedAt > this.#timeMs();
  }

  #timeMs(): number {
    return (this.#limits.timeMs * this.#maxTicks) / this.#limits.ticks;
  }

  #allow(ticks: number): void {
    this.#ticks = 0;
    this.#maxTicks = ticks;
    this.#startedAt = cpuMs();
  }

  #evaluate(source: string): QuickJSHandle {
    return this.#context.unwrapResult(this.#context.evalCode(source, "realtime.js", { strict: true }));
  }

  /** A function's text is an expression, or that of a method, which is one only in an object. */
  #load(source: string, check: QuickJSHandle): QuickJSHandle {
    const expression = this.#loadAs(`(${source}\n)`, source, check);
    if (typeof expression !== "string") return expression;
    const method = this.#loadAs(`Object.values({${source}\n})[0]`, source, check);
    if (typeof method !== "string") return method;
    const problem = method === IS_ASYNC ? method : expression;
    throw new TeselaError("VALIDATION", `The function ${problem}.`);
  }

  /** The function that an expression gives, or what is wrong with it. */
  #loadAs(expression: string, source: string, check: QuickJSHandle): QuickJSHandle | string {
    this.#allow(this.#limits.ticks);
    const result = this.#context.evalCode(expression, "transform", { strict: true });
    if (result.error) return `is no JavaScript function: ${this.#messageOf(result.error)}`;
    return this.#problemOf(result.value, source, check) ?? result.value;
  }

  #problemOf(value: QuickJSHandle, source: string, check: QuickJSHandle): string | null {
    const text = this.#context.newString(source);
    const result = this.#context.callFunction(check, this.#context.undefined, value, text);
    text.dispose();
    const handle = this.#context.unwrapResult(result);
    const problem: unknown = this.#context.dump(handle);
    handle.dispose();
    return typeof problem === "string" ? problem : null;
  }

  #outcomeOf(result: VmCallResult<QuickJSHandle>): Outcome {
    if (result.error) {
      const message = this.#messageOf(result.error);
      this.#isSpent ||= message !== TOO_LONG;
      return { kind: "stopped", why: MESSAGES[message] ?? message };
    }
    const json = this.#context.getString(result.value);
    result.value.dispose();
    return { kind: "done", json };
  }

  #messageOf(error: QuickJSHandle): string {
    const message = this.#context.getProp(error, "message");
    const text = this.#context.getString(message);
    message.dispose();
    error.dispose();
    return text;
  }
}

/** What this process has computed so far: a busy machine makes nothing too long. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** What QuickJS says when it was told not to go on; all that was under way is undone then. */
const TOO_LONG = "interrupted";

/** What QuickJS says of its limits, for whoever wrote the function. */
const MESSAGES: Readonly<Record<string, string>> = {
  [TOO_LONG]: "it ran too long",
  "out of memory": "it needs too much memory",
  "stack overflow": "it calls itself too deeply",
};
