import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { failureRules } from "./suite/failing.ts";
import { noChunk, type Suite, type SuiteAdapter } from "./suite/fixtures.ts";
import { generationRules } from "./suite/generations.ts";
import { keyAndValueRules } from "./suite/keys-and-values.ts";
import { indexRules } from "./suite/index-rules.ts";
import { listingRules } from "./suite/listing.ts";
import { markerRules } from "./suite/marker.ts";
import { readingRules } from "./suite/reading.ts";
import { writingRules } from "./suite/writing.ts";
import type { OnlineStore } from "./port.ts";

/** The rules every online store keeps, run against a real server. */
export function onlineStoreSuite(name: string, adapter: SuiteAdapter): void {
  describe(`the online store on ${name}`, () => {
    const suite = new StartedSuite(adapter);
    beforeAll(() => suite.start());
    afterAll(() => suite.store.stop());

    it("answers a ping", async () => {
      await expect(suite.store.ping()).resolves.toBeUndefined();
    });
    it("settles what was written, also where nothing was", async () => {
      await expect(suite.store.settle()).resolves.toBeUndefined();
    });
    it("says its version and how many bytes it holds", async () => {
      const { version, bytes } = await suite.store.info();
      expect(version).toMatch(/^\d+\./);
      expect(bytes).toBeGreaterThanOrEqual(0);
    });
    readingRules(suite);
    keyAndValueRules(suite);
    writingRules(suite);
    listingRules(suite);
    indexRules(suite);
    markerRules(suite);
    generationRules(suite);
    failureRules(suite);
  });
}

class StartedSuite implements Suite {
  readonly adapter: SuiteAdapter;
  #store: OnlineStore | null = null;
  #lastGeneration = 0;

  constructor(adapter: SuiteAdapter) {
    this.adapter = adapter;
  }

  async start(): Promise<void> {
    this.#store = this.adapter.open(this.adapter.url());
    await this.#store.start();
  }

  get store(): OnlineStore {
    if (this.#store === null) throw new Error("the suite is not started");
    return this.#store;
  }

  readonly newGeneration: Suite["newGeneration"] = async () => {
    this.#lastGeneration += 1;
    await this.store.prepareGeneration(this.#lastGeneration);
    return this.#lastGeneration;
  };

  readonly readOne: Suite["readOne"] = async (read) => {
    const [answer] = await this.store.read([read]);
    if (answer === undefined) throw new Error("a read was not answered");
    return answer;
  };

  readonly readValue: Suite["readValue"] = async (generation, kind, key) => {
    const { values } = await this.readOne({ generation, kind, key, chunks: [noChunk] });
    return values[0] ?? null;
  };
}
