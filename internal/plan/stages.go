package plan

// Stages puts the programs into stages: a program comes as early as what it reads allows, and the programs of one stage
// do not read each other. Within a stage they keep their order.
func Stages(programs []Program) ([][]Program, error) {
	ordered, err := InOrder(programs)
	if err != nil {
		return nil, err
	}
	var stages [][]Program
	stageOf := map[string]int{}
	for _, p := range ordered {
		stage := 0
		for _, project := range p.Reads {
			stage = max(stage, stageOf[project]+1)
		}
		stageOf[p.Project] = stage
		if stage == len(stages) {
			stages = append(stages, nil)
		}
		stages[stage] = append(stages[stage], p)
	}
	return stages, nil
}
