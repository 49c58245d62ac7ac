/** Fans as the platform knows them, and as `user/info` tells of them (WECHAT §5). */
import type { PlatformAnswer } from './platform-code.js';

interface FanTrigger {
  readonly kind: 'message' | 'click' | 'subscribe' | 'scan';
  /** Microseconds of the run's clock. */
  readonly atUs: number;
}

/** A fan as the platform knows them. */
export interface PlatformFan {
  readonly nickname: string;
  readonly city: string;
  readonly isFollower: boolean;
  /** The last one sent. */
  readonly lastTrigger?: FanTrigger;
  /** When the last message was sent, if the last trigger is none: its 48 hours still count. */
  readonly lastMessageUs?: number;
}

/** Undefined: nobody has this openid. */
export type FanOf = (openid: string) => PlatformFan | undefined;

const languages = ['zh_CN', 'zh_TW', 'en'];

/** `sinceS`: seconds since 1970. Of who does not follow nothing is told. */
export function userInfo(openid: string, fan: PlatformFan, lang: unknown, sinceS: number): PlatformAnswer {
  if (!fan.isFollower) return { subscribe: 0, openid };
  return {
    subscribe: 1,
    openid,
    nickname: fan.nickname,
    sex: 0,
    language: languages.find((known) => known === lang) ?? languages[0],
    city: fan.city,
    province: '',
    country: '',
    headimgurl: '',
    subscribe_time: sinceS,
    remark: '',
    groupid: 0,
    tagid_list: [],
    subscribe_scene: 'ADD_SCENE_SEARCH',
    qr_scene: 0,
    qr_scene_str: '',
  };
}
