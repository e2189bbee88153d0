/**
 * The channels that are open, each for as long as somebody watches it. How many there may be is bounded, in all and for
 * one address, since each executes a document that a stranger chose; whoever watches what others watch opens none.
 */
import { type Channel, createChannel, type Subscription } from "./channel.ts";
import { createPlaces } from "./places.ts";

/** A page of ours needs two. */
export const CHANNELS_MAX = 128;
export const CHANNELS_PER_ADDRESS_MAX = 32;

export interface SharedChannel extends Channel {
  /** Of one who watched; the last one closes it. */
  leave(): void;
}

export interface Channels {
  /** Undefined where it would be one too many. */
  join(subscription: Subscription, address: string | undefined): SharedChannel | undefined;
}

interface OpenChannel extends SharedChannel {
  viewers: number;
}

export function createChannels(): Channels {
  const places = createPlaces({ max: CHANNELS_MAX, perAddressMax: CHANNELS_PER_ADDRESS_MAX });
  const channels = new Map<string, OpenChannel>();

  /** It takes a place of whoever watches first. */
  function open(subscription: Subscription, address: string | undefined): OpenChannel | undefined {
    if (places.take(address)) return undefined;
    const { key } = subscription;
    const channel: OpenChannel = {
      ...createChannel(subscription),
      viewers: 0,
      leave() {
        channel.viewers -= 1;
        if (channel.viewers > 0) return;
        channels.delete(key);
        places.giveBack(address);
      },
    };
    channels.set(key, channel);
    return channel;
  }

  return {
    join(subscription, address) {
      const channel = channels.get(subscription.key) ?? open(subscription, address);
      if (channel) channel.viewers += 1;
      return channel;
    },
  };
}
