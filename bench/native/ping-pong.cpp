// How far apart the cores are: two threads hand one cache line to and fro. On virtual machines this changes from one minute
// to the next, and with it every channel's figures.
//
// For each line on standard input, one number of round trips, it answers with a line of JSON: nanoseconds of one.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <thread>

int main() {
  std::printf("{\"ready\":true}\n");
  std::fflush(stdout);
  std::uint32_t trips = 0;
  while (std::scanf("%u", &trips) == 1) {
    alignas(128) std::atomic<std::uint32_t> ping{0};
    alignas(128) std::atomic<std::uint32_t> pong{0};
    std::thread other([&] {
      for (std::uint32_t trip = 1; trip <= trips; ++trip) {
        while (ping.load(std::memory_order_acquire) != trip) {
        }
        pong.store(trip, std::memory_order_release);
      }
    });
    const auto started = std::chrono::steady_clock::now();
    for (std::uint32_t trip = 1; trip <= trips; ++trip) {
      ping.store(trip, std::memory_order_release);
      while (pong.load(std::memory_order_acquire) != trip) {
      }
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - started;
    other.join();
    std::printf("{\"value\":%f}\n", seconds.count() / trips * 1e9);
    std::fflush(stdout);
  }
}
