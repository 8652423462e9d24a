import { lookup, type LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import { TeselaError } from "@tesela/core";
import ipaddr from "ipaddr.js";
import { isInRanges, type AddressRange } from "./settings.ts";

/** Whether a connection to an address may be made: it is public, or expressly allowed. */
export function mayConnect(address: string, allowed: readonly AddressRange[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  return ipaddr.process(address).range() === "unicast" || isInRanges(address, allowed);
}

/**
 * Looks up a host at the moment of connecting, and gives only addresses that may be connected to: a name that
 * has changed its address since the configuration was read leads nowhere else.
 */
export function checkedLookup(allowed: readonly AddressRange[]): LookupFunction {
  return (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, []);
      const usable = addresses.filter(({ address }) => mayConnect(address, allowed));
      const [first] = usable;
      if (first === undefined) return done(refused(hostname, addresses), []);
      if (options.all === true) return done(null, usable);
      done(null, first.address, first.family);
    });
  };
}

function refused(hostname: string, addresses: readonly LookupAddress[]): TeselaError {
  const found = addresses.map(({ address }) => address).join(", ");
  return new TeselaError("FORBIDDEN", `${hostname} leads to ${found}, which is not public.`, {
    fix: "Name the address or its range in TESELA_ALERT_ALLOWED if it is meant.",
  });
}
