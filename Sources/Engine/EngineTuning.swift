import Model

/// Bounds that tests make smaller, to reach them in less than minutes.
package struct EngineTuning: Sendable {
    /// A second of health checks.
    package var healthCheckSecond: Duration = .seconds(1)
    package var connections = EngineLimits.connections
    package var connectionsPerListener = EngineLimits.connectionsPerListener
    package var handshakesInProgress = EngineLimits.handshakesInProgress
    package var handshakeDeadline = EngineLimits.handshakeDeadline
    package var failureWindow = EngineLimits.failureWindow
    package var failingPause = EngineLimits.failingPause
    package var cutGrace = EngineLimits.cutGrace
    package var connectTimeout = EngineLimits.connectTimeout
    package var requestHeadDeadline = EngineLimits.requestHeadDeadline
    package var paceWindow = EngineLimits.paceWindow
    package var bufferedBytes = EngineLimits.bufferedBytes
    package var relayPipes = EngineLimits.relayPipes

    package init() {}
}
