import { wireDataTypeOf, type NameAndType, type ResponseOf } from "@tesela/contract";
import type { FeatureType } from "@tesela/core";
import { requestFieldsOf } from "./served-realtime.ts";
import { wildcardsOf } from "./query-rows.ts";
import type { ServedService } from "./served-service.ts";

/** What a feature service takes and gives, in the order of its vectors; a service with one wildcard may be queried. */
export function serviceMetadata(service: ServedService): ResponseOf<"getServiceMetadata"> {
  const { joinKeys, views, realtime } = service;
  const [place, another] = wildcardsOf(service);
  const rest = {
    inputRequestContextKeys: requestFieldsOf(realtime).map(nameAndType),
    featureValues: views.flatMap(({ features }) => features.map(nameAndType)),
  };
  if (place === undefined || another !== undefined)
    return { featureServiceType: "DEFAULT", inputJoinKeys: joinKeys.map(nameAndType), ...rest };
  return {
    featureServiceType: "WILDCARD",
    inputJoinKeys: joinKeys.toSpliced(place, 1).map(nameAndType),
    outputJoinKeys: [nameAndType(joinKeys[place]!)],
    ...rest,
  };
}

function nameAndType({ name, type }: { readonly name: string; readonly type: FeatureType }): NameAndType {
  const dataType = wireDataTypeOf(type);
  return { name, dataType, type: dataType.type };
}
