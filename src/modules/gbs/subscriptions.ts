import type { IdentityEvents } from "#modules/identity/contract";
import type { Subscription } from "#platform/jobs/jobs";
import type { GbsDeps } from "./deps.ts";
import { bindOffers } from "./use-cases/bind-offers.ts";

export const gbsSubscriptions = (deps: GbsDeps): readonly Subscription[] => [
  {
    event: "identity.user_registered.v1",
    name: "gbs.bind_offers",
    run: (ctx, payload, signal) =>
      bindOffers(deps, ctx, payload as IdentityEvents["identity.user_registered.v1"], signal),
  },
];
