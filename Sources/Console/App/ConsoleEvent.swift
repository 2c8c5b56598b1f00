import Model

/// Everything that can happen to a console.
enum ConsoleEvent: Sendable {
    case key(Key)
    case paste(String)
    case resize(Size)
    case view(GateView)
    case counters(GateCounters)
    case records(RecordBatch)
    case link(Link)
    /// The terminal takes long to take what is drawn.
    case slow(Bool)
    case reply(Int, Result<ChangeReceipt, OperatorError>)
    /// The console's clock, in milliseconds; it only grows.
    case tick(Int64)
}

/// Where the gate is.
enum Link: Hashable, Sendable {
    case connecting
    case live
    /// Not to be reached, with what was said last; it is tried again.
    case gone(String)
}

/// What the world is asked to do; the machine itself does nothing.
enum Effect: Hashable, Sendable {
    case change(Int, MutualAuthenticationChange)
    case repaint
    case suspend
    case end(ConsoleEnd)
    /// Keys pressed before a dialogue was on the screen were not meant for it.
    case discardInput
}
