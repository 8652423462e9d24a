import { wireDataTypeOf, type NameAndType, type ResponseOf } from "@tesela/contract";
import type { FeatureType } from "@tesela/core";
import { requestFieldsOf } from "./served-realtime.ts";
import type { ServedService } from "./served-service.ts";

/** What a feature service takes and gives, in the order of its vectors. */
export function serviceMetadata({
  joinKeys,
  views,
  realtime,
}: ServedService): ResponseOf<"getServiceMetadata"> {
  return {
    featureServiceType: "DEFAULT",
    inputJoinKeys: joinKeys.map(nameAndType),
    inputRequestContextKeys: requestFieldsOf(realtime).map(nameAndType),
    featureValues: views.flatMap(({ features }) => features.map(nameAndType)),
  };
}

function nameAndType({ name, type }: { readonly name: string; readonly type: FeatureType }): NameAndType {
  const dataType = wireDataTypeOf(type);
  return { name, dataType, type: dataType.type };
}
