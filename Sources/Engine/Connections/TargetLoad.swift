/// The requests that one worker has in flight with one target.
final class TargetLoad {
    var requests = 0
}
