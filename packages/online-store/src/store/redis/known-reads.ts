import { throwIfCancelled, type Deadline } from "../deadline.ts";
import type { Marker, ViewRead, ViewReadResult } from "../port.ts";
import { SharedTimer } from "../shared-timer.ts";
import { hashCommands, hashResults } from "./hash-commands.ts";
import type { SingleKeys } from "./keys.ts";
import type { ReadChannel } from "./read-channel.ts";
import { ReplyError, type Reply } from "./reply-parser.ts";
import { TimedExchange } from "./timed-exchange.ts";
import { TrackedMarkers } from "./tracked-markers.ts";

/** Something that waited for so long on one connection shows that the server is frozen, or gone without a word. */
const SILENT_MS = 10_000;

/**
 * Reads under markers that are known: the values alone are asked for, all in one write to the socket. They are of one
 * instant with their markers (TIME T12): a marker moves after the values of its commit, the server tells of that ahead
 * of every later reply, and so a marker that is still the known one when the last reply comes was the stored one while
 * all of the commands ran. Otherwise the read has to be done again, as one script.
 */
export class KnownReads {
  readonly #channel: ReadChannel;
  readonly #tracked: TrackedMarkers;
  readonly #keys: SingleKeys;
  readonly #timer = new SharedTimer();

  constructor(channel: ReadChannel, keys: SingleKeys) {
    const tracked = new TrackedMarkers(channel, (generation) => keys.marker(generation));
    channel.listen({
      onOpen: () => tracked.begin(),
      onClose: () => tracked.end(),
      onPush: (push) => tracked.hear(push),
    });
    this.#channel = channel;
    this.#tracked = tracked;
    this.#keys = keys;
  }

  /**
   * `null` where a marker is not known, has changed meanwhile, or the connection was lost. Throws `TIMEOUT`,
   * `CANCELLED`, and what the server replies to a command that it refuses.
   */
  read(reads: readonly ViewRead[], deadline: Deadline): Promise<readonly ViewReadResult[] | null> | null {
    throwIfCancelled(deadline.signal);
    const markers = this.#markersOf(reads);
    if (markers === null) return null;
    const commands = hashCommands(this.#keys, reads);
    return new Promise((resolve, reject) => {
      const now = performance.now();
      const exchange = new TimedExchange(commands, deadline, now, this.#timer, {
        onReplies: (replies) => {
          const refusal = replies?.find((reply) => reply instanceof ReplyError);
          if (refusal === undefined) resolve(this.#resultsOf(reads, markers, replies));
          else reject(refusal);
        },
        onEarlyEnd: (error) => {
          this.#channel.giveUpAfter(SILENT_MS, performance.now());
          reject(error);
        },
      });
      if (!this.#channel.send(exchange, now)) exchange.settle(null);
    });
  }

  /** The marker of each read, unless one is not known; a read of a marker alone is not ours. */
  #markersOf(reads: readonly ViewRead[]): readonly Marker[] | null {
    const markers: Marker[] = [];
    for (let at = 0; at < reads.length; at++) {
      const { generation, chunks } = reads[at]!;
      const isLast = at > 0 && reads[at - 1]!.generation === generation;
      const marker = isLast ? markers[at - 1]! : this.#tracked.markerOf(generation);
      if (marker === null || chunks.length === 0) return null;
      markers.push(marker);
    }
    return markers;
  }

  #resultsOf(
    reads: readonly ViewRead[],
    markers: readonly Marker[],
    replies: readonly Reply[] | null,
  ): readonly ViewReadResult[] | null {
    if (replies === null || !this.#isStillKnown(reads, markers)) return null;
    return hashResults(reads, markers, replies);
  }

  #isStillKnown(reads: readonly ViewRead[], markers: readonly Marker[]): boolean {
    return markers.every(
      (marker, at) => marker === markers[at - 1] || this.#tracked.markerOf(reads[at]!.generation) === marker,
    );
  }
}
