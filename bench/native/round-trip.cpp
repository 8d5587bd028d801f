// The floor for two spinning threads: 16-byte records, one there and one back, over two rings.
//
// For each line on standard input, one number of round trips, it answers with a line of JSON: microseconds of one, median and
// higher percentiles, each timed by itself as the other programs time theirs.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>
#include <vector>

#include "ring.h"

namespace {

using Clock = std::chrono::steady_clock;
using Lane = Ring<16>;

constexpr std::uint32_t kCapacity = 4096;

void send(Lane& lane, const Payload<16>& payload) {
  const std::uint32_t tail = lane.tail.load(std::memory_order_relaxed);
  while (tail - lane.head.load(std::memory_order_acquire) == lane.capacity) {
  }
  lane.slots[tail & lane.mask] = payload;
  lane.tail.store(tail + 1, std::memory_order_release);
}

Payload<16> receive(Lane& lane) {
  const std::uint32_t head = lane.head.load(std::memory_order_relaxed);
  while (lane.tail.load(std::memory_order_acquire) == head) {
  }
  const Payload<16> payload = lane.slots[head & lane.mask];
  lane.head.store(head + 1, std::memory_order_release);
  return payload;
}

/// Of sorted microseconds.
double quantile(const std::vector<double>& sorted, double share) {
  return sorted[static_cast<std::size_t>(static_cast<double>(sorted.size() - 1) * share)];
}

}  // namespace

int main() {
  std::printf("{\"ready\":true}\n");
  std::fflush(stdout);
  std::uint32_t trips = 0;
  while (std::scanf("%u", &trips) == 1) {
    Lane there(kCapacity);
    Lane back(kCapacity);
    std::thread other([&] {
      for (std::uint32_t trip = 0; trip < trips; ++trip) send(back, receive(there));
    });
    std::vector<double> took_us(trips);
    auto before = Clock::now();
    for (std::uint32_t trip = 0; trip < trips; ++trip) {
      send(there, {{static_cast<double>(trip), trip * 0.5}});
      receive(back);
      const auto now = Clock::now();
      took_us[trip] = std::chrono::duration<double, std::micro>(now - before).count();
      before = now;
    }
    other.join();
    std::sort(took_us.begin(), took_us.end());
    std::printf("{\"value\":%f,\"p90\":%f,\"p99\":%f,\"p999\":%f}\n", quantile(took_us, 0.5), quantile(took_us, 0.9),
                quantile(took_us, 0.99), quantile(took_us, 0.999));
    std::fflush(stdout);
  }
}
