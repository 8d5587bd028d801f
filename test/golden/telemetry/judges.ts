import { defineJudges } from './generated/index.js';

export default defineJudges({
  Numbers() {},
  Sample(sample, _, ctx) {
    if (sample.value > 100)
      ctx.judges.at(0).send.Alarm({ sensor: sample.sensor, text: sample.note, isUrgent: true });
  },
  Alarm(alarm, _, ctx) {
    ctx.main.send.Alarm(alarm.toObject());
    ctx.windows.send.Flush({});
    ctx.windows.call.history({ sensor: alarm.sensor, count: 10 }).catch(() => {});
  },
});
