// SPDX-License-Identifier: Apache-2.0
// Registers of the nRF51 that the port uses: addresses and bits, by their names in the nRF51 Series
// Reference Manual 3.0. Tasks are started, and events cleared, by writing.
#pragma once

#include <cstdint>

namespace hil::port::nrf51 {

// POWER and CLOCK: chapters 12 and 13.
inline constexpr std::uint32_t kClockStartHfclk = 0x4000'0000;
inline constexpr std::uint32_t kClockHfclkStarted = 0x4000'0100;
inline constexpr std::uint32_t kClockHfclkStatus = 0x4000'040C;
inline constexpr std::uint32_t kClockHfclkRunning = 1u << 16;
inline constexpr std::uint32_t kPowerResetReason = 0x4000'0400;
inline constexpr std::uint32_t kPowerRamOn = 0x4000'0524;

// UART: chapter 29.
inline constexpr std::uint32_t kUartStartRx = 0x4000'2000;
inline constexpr std::uint32_t kUartStartTx = 0x4000'2008;
inline constexpr std::uint32_t kUartRxReady = 0x4000'2108;
inline constexpr std::uint32_t kUartTxReady = 0x4000'211C;
inline constexpr std::uint32_t kUartInterruptSet = 0x4000'2304;
inline constexpr std::uint32_t kUartInterruptClear = 0x4000'2308;
inline constexpr std::uint32_t kUartInterruptRx = 1u << 2;
inline constexpr std::uint32_t kUartInterruptTx = 1u << 7;
inline constexpr std::uint32_t kUartEnable = 0x4000'2500;
inline constexpr std::uint32_t kUartEnabled = 4;
inline constexpr std::uint32_t kUartPinTx = 0x4000'250C;
inline constexpr std::uint32_t kUartPinRx = 0x4000'2514;
inline constexpr std::uint32_t kUartReceived = 0x4000'2518;
inline constexpr std::uint32_t kUartSend = 0x4000'251C;
inline constexpr std::uint32_t kUartBaudRate = 0x4000'2524;
inline constexpr std::uint32_t kUartIrq = 2;

// TIMER0: chapter 18.
inline constexpr std::uint32_t kTimerStart = 0x4000'8000;
inline constexpr std::uint32_t kTimerClear = 0x4000'800C;
inline constexpr std::uint32_t kTimerCapture = 0x4000'8040;  ///< four, as of the next two
inline constexpr std::uint32_t kTimerCompared = 0x4000'8140;
inline constexpr std::uint32_t kTimerCompare = 0x4000'8540;
inline constexpr std::uint32_t kTimerInterruptSet = 0x4000'8304;
inline constexpr std::uint32_t kTimerInterruptCompare = 1u << 16;  ///< of 0; the others follow
inline constexpr std::uint32_t kTimerBitMode = 0x4000'8508;
inline constexpr std::uint32_t kTimer32Bits = 3;
inline constexpr std::uint32_t kTimerPrescaler = 0x4000'8510;
inline constexpr std::uint32_t kTimerIrq = 8;

// GPIO: chapter 14.
inline constexpr std::uint32_t kGpioOutSet = 0x5000'0508;
inline constexpr std::uint32_t kGpioOutClear = 0x5000'050C;
inline constexpr std::uint32_t kGpioIn = 0x5000'0510;
inline constexpr std::uint32_t kGpioDirectionSet = 0x5000'0518;
inline constexpr std::uint32_t kGpioConfiguration = 0x5000'0700;  ///< of pin 0; 4 bytes each
inline constexpr std::uint32_t kGpioPulledUp = 3u << 2;
/// An output that is read, too, pulls down and lets go (drive S0D1), with its pull-up of 13 kohm.
inline constexpr std::uint32_t kGpioOpenDrain = 6u << 8 | kGpioPulledUp | 1u;

// FICR: chapter 7.
inline constexpr std::uint32_t kFicrDeviceId = 0x1000'0060;  ///< two words

}  // namespace hil::port::nrf51
